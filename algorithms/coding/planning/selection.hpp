#pragma once

#include "algorithms/coding/planning/scheme.hpp"

namespace echelon::coding::planning {

/// The nodes a design waits for, by their means: of a layer with s stragglers all but the s
/// slowest, of every group of replicas the fastest.
struct selection {
  std::vector<index> edges;    ///< ascending
  std::vector<index> workers;  ///< below these, ascending
  double surrogate_s = 0;      ///< the latest mean among them
  /// Waiting for all of them takes at most so much longer on average: sqrt((r - 1)/r times the sum
  /// of their variances), for r workers and any dependence.
  double bound_s = 0;
};

/// Cost: O(M log M). Source: specification 5.3 and 5.4, a reconstruction; groups are Echelon's.
selection select(const planned_cluster& known, const scheme& how);

}  // namespace echelon::coding::planning
