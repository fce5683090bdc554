#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "algorithms/compression/compressor.hpp"

namespace echelon::compression {

/// Splits a number of coordinates over the segments that are compressed, by size: rounded down, the
/// rest by largest remainder, of equal ones the first. None gets more than its size, and each that
/// is not empty at least one where there is any to split, even if the sum then exceeds `total`.
/// *Units*: `total` in values, at least 0. Source: specification 3.7, 2.3.
std::vector<index> split_coordinates(std::int64_t total, std::span<const segment> segments);

}  // namespace echelon::compression
