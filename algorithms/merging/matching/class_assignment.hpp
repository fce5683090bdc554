#pragma once

#include "algorithms/base/matrix.hpp"
#include "algorithms/base/result.hpp"
#include "algorithms/merging/permutations/unit_orders.hpp"

namespace echelon::merging {

/// The order of a class's units that makes the sum of profit(r, p[r]) largest.
struct class_order {
  unit_order order;
  double profit = 0;
  double gap = 0;  ///< how far from the best the profit can be at most
};

/// Errors: as solve_assignment. With blocks: first the best order within every pair of groups, then
/// the best pairing of groups. Cost: one assignment, or blocks^2 smaller ones and one of the
/// groups.
result<class_order> order_class(const permutation_class& of, const matrix& profit);

}  // namespace echelon::merging
