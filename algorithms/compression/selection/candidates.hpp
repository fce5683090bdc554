#pragma once

#include "algorithms/compression/selection/selection.hpp"

namespace echelon::compression {

/// What to keep of a vector: magnitudes above `below`, and the first `ties` that equal it.
struct bounds {
  std::uint32_t below = 0;
  index ties = 0;
};

/// Collects within the bounds; gives up once there are more than `most`. Cost: one pass.
selection collect(std::span<const float> values, bounds wanted, index most,
                  const scan_kernels& scan);

/// Drops what is not within the bounds, and counts the ties kept off them. Those before `start`
/// stay.
void narrow(selection& chosen, bounds& wanted, std::size_t start = 0);

/// Leaves the `count` largest magnitudes, of equal ones the first. Cost: a few passes.
void keep_largest(selection& chosen, index count);

/// Refuses values that are not finite.
result<selection> finite(selection chosen);

}  // namespace echelon::compression
