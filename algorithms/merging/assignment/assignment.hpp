#pragma once

#include <vector>

#include "algorithms/base/matrix.hpp"
#include "algorithms/base/result.hpp"
#include "algorithms/base/types.hpp"

namespace echelon::merging {

/// Which column every row is assigned to, all different, so that the sum of the profits is as large
/// as it can be, with prices that prove it: row_price + column_price >= profit everywhere, and what
/// the prices add up to is no less than any assignment can reach.
struct assignment {
  std::vector<index> column_of;  ///< one per row
  double profit = 0;             ///< the sum over the assigned places
  std::vector<double> row_price;
  std::vector<double> column_price;
  /// The sum of the prices less the profit: how far from the best this can be at most. Not
  /// negative; rounding alone makes it positive.
  double gap = 0;
};

/// Solves a linear assignment problem exactly. Among equal optima the identity is taken where every
/// column has its maximum on the diagonal, and the choice never depends on the machine.
/// Shapes: n x n, row = the reference's unit. -infinity forbids a place.
/// Errors: a matrix that is not square, NaN, +infinity, or no assignment without forbidden places.
/// Cost: O(n^3) at worst, near n^2 where most rows have a clear favourite; no copy of the matrix.
/// Source: Jonker, Volgenant 1987.
result<assignment> solve_assignment(const matrix& profit);

}  // namespace echelon::merging
