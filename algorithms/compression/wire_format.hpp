#pragma once

#include <limits>
#include <optional>
#include <string_view>
#include <vector>

#include "algorithms/base/block.hpp"

namespace echelon::compression {

/// The number format of a message's values on the wire: `compression.values`.
enum class wire_format : unsigned char {
  full,  ///< as computed: 4 or 8 bytes a value
  fp16,  ///< IEEE half: 11 bits of precision, magnitudes up to 65504
  bf16,  ///< bfloat16: 8 bits of precision, the range of a float
};

/// "fp32" stands for full precision, in a run with doubles too.
std::optional<wire_format> wire_format_named(std::string_view name);

std::int64_t bytes_each(wire_format format, precision kind);

/// The largest noise amplification under which a code's messages may be rounded to this format: a
/// decode multiplies the rounding, of 5e-4 or 4e-3 of a message, by as much (specification 9.1).
double amplification_max(wire_format format);

/// The values as the receiver gets them: rounded to nearest, ties to even; beyond the format's
/// range infinite, which a receiver refuses. Cost: one pass; full precision is passed on without a
/// copy.
block rounded(const block& values, wire_format format);

}  // namespace echelon::compression
