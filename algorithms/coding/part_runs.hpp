#pragma once

#include <span>
#include <vector>

#include "algorithms/base/types.hpp"

namespace echelon::coding {

/// Whole shares in proportion to `capacities` that add up to `total`, none above `cap`: what a
/// capped share leaves over goes to the others (water-filling), and fractions are settled by
/// largest remainder, ties for the lower number. Capacities are not negative; those of 0 get
/// nothing. The others must be able to hold the total. Cost: O(N log N).
std::vector<index> quotas(std::span<const double> capacities, index total, index cap);

/// Consecutive parts that the same senders hold.
struct support {
  std::vector<index> holders;  ///< ascending
  index parts = 1;

  bool operator==(const support&) const = default;
};

/// Lays the shares one after another around a circle of `parts` parts: sender i starts where sender
/// i - 1 ended. No share exceeds the circle and they go round a whole number of times, so that
/// every part lies on equally many senders, all different. Supports are in order of their parts.
/// Cost: O(N^2).
std::vector<support> lay_runs(std::span<const index> shares, index parts);

}  // namespace echelon::coding
