#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <vector>

#include "algorithms/base/random.hpp"

namespace echelon::compression {

inline double sum_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

inline std::vector<double> normalised(std::vector<double> values) {
  const double all = sum_of(values);
  for (double& value : values)
    value /= all;
  return values;
}

/// Totals of Flickr-Mammal's fifteen sub-continents, as DAGC prints them.
inline std::vector<double> flickr_weights() {
  return normalised(
      {79958, 57326, 23677, 21513, 19298, 13257, 10298, 8508, 7758, 5787, 4394, 1398, 559, 64, 16});
}

/// Geometric sizes as DAGC's code has them: from skew to 1, and the last one twice.
inline std::vector<double> geometric_weights(index senders, double skew) {
  std::vector<double> sizes;
  for (index i = 0; i + 1 < senders; ++i)
    sizes.push_back(std::pow(skew, 1 - static_cast<double>(i) / static_cast<double>(senders - 2)));
  sizes.push_back(sizes.back());
  return normalised(std::move(sizes));
}

/// Powers of exponential draws, so that the skew ranges from none to huge.
inline std::vector<double> random_weights(random_stream& random, index senders) {
  const double skew = random.uniform(0.2, 4);
  std::vector<double> sizes(slot(senders));
  for (double& size : sizes)
    size = std::pow(random.exponential() + 1e-3, skew);
  return normalised(std::move(sizes));
}

/// Moves some of the sum between two of the values, within the bounds: still feasible.
inline std::vector<double> perturbed(random_stream& random, std::vector<double> values,
                                     double least, double most) {
  for (int moves = 0; moves < 3; ++moves) {
    const index from = random.below(std::ssize(values)), to = random.below(std::ssize(values));
    if (from == to)
      continue;
    const double room = std::min(values[slot(from)] - least, most - values[slot(to)]);
    const double moved = std::max(room, 0.0) * std::pow(random.uniform(), 4);
    values[slot(from)] -= moved, values[slot(to)] += moved;
  }
  return values;
}

}  // namespace echelon::compression
