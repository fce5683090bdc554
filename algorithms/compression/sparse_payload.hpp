#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "algorithms/base/result.hpp"
#include "algorithms/base/types.hpp"
#include "algorithms/compression/wire_format.hpp"

namespace echelon::compression {

/// Some coordinates of one segment, ascending and different.
struct sparse_values {
  std::span<const std::uint32_t> indices;
  std::span<const float> values;  ///< finite
  index length = 0;               ///< of the segment: at most `indexed_length_max`
};

/// What was written.
struct payload_size {
  std::int64_t bits = 0;  ///< of indices and values, without header and padding
};

/// Appends one segment: a byte for the codec, one for the values' format, the count (LEB128), the
/// indices, the values. `codec`: "auto" (the smallest for this message), "raw", "packed", "bitmap",
/// "varint", "elias-fano", "rice". `received` gets the values as the receiver will have them; it
/// may be the values themselves.
payload_size append_sparse(std::vector<std::byte>& to, const sparse_values& what,
                           wire_format values, std::string_view codec, std::span<float> received);

/// As a payload_kind has them.
result<void> check_sparse(std::span<const std::byte> bytes, index length);
void add_sparse(std::span<const std::byte> bytes, float weight, std::span<float> sum);

}  // namespace echelon::compression
