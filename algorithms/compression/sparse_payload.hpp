#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "algorithms/base/packed_format.hpp"
#include "algorithms/compression/wire_format.hpp"

namespace echelon::compression {

/// Some coordinates of one segment, ascending and different.
struct sparse_values {
  std::span<const std::uint32_t> indices;
  std::span<const float> values;
  index length = 0;  ///< of the segment
};

/// What was written.
struct payload_size {
  std::int64_t bits = 0;  ///< of indices and values, without header and padding
};

/// Appends one segment: a byte for the codec, one for the values' format, the count, the indices,
/// the values. `codec`: "auto" (the smallest for this message), "raw", "packed", "bitmap",
/// "varint", "elias-fano", "rice". `received` gets the values as the receiver will have them.
payload_size append_sparse(std::vector<std::byte>& to, const sparse_values& what,
                           wire_format values, std::string_view codec, std::span<float> received);

}  // namespace echelon::compression
