#pragma once

#include <cstdint>
#include <span>

#include "algorithms/base/types.hpp"

namespace echelon::compression {

/// The magnitude of a rank, and how many values have a larger one.
struct pivot {
  std::uint32_t magnitude = 0;
  index larger = 0;
};

/// The `rank`-th largest magnitude, 1 for the largest; 1 <= rank <= values.size().
/// Counts the leading 11 bits, then the next 10 of those in the bucket where the rank falls, then
/// the last 10. Cost: two passes, and what the buckets hold. No sort, no comparison of floats.
/// Source: specification 10.2.
pivot find_pivot(std::span<const float> values, index rank);

}  // namespace echelon::compression
