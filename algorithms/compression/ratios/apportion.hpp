#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace echelon::compression {

/// Whole numbers near `shares` that add up to the rounded sum of these, each between `least` and
/// `most`: rounded down, then the remaining units by descending remainder; where the bounds have
/// overspent, taken back where the most is above its share. Ties go to the lower index. Where the
/// bounds leave no such sum, the nearest one. `shares` may be negative. Cost: O(n log n).
/// Source: largest remainders (Hamilton); for ratios a reconstruction.
std::vector<std::int64_t> apportion(std::span<const double> shares, std::int64_t least,
                                    std::int64_t most);

}  // namespace echelon::compression
