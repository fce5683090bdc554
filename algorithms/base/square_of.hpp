#pragma once

#include <cstddef>
#include <span>

namespace echelon {

/// The squared Euclidean norm, in a fixed order of a few partial sums so that it vectorises.
inline double square_of(std::span<const float> values) {
  constexpr std::size_t lanes = 8;
  double sums[lanes] = {};
  std::size_t i = 0;
  for (; i + lanes <= values.size(); i += lanes)
    for (std::size_t lane = 0; lane < lanes; ++lane)
      sums[lane] += static_cast<double>(values[i + lane]) * static_cast<double>(values[i + lane]);
  for (; i < values.size(); ++i)
    sums[0] += static_cast<double>(values[i]) * static_cast<double>(values[i]);
  double total = 0;
  for (const double sum : sums)
    total += sum;
  return total;
}

}  // namespace echelon
