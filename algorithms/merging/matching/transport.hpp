#pragma once

#include "algorithms/base/matrix.hpp"
#include "algorithms/base/result.hpp"

namespace echelon::merging {

/// The doubly stochastic plan that makes the sum of profit times plan, plus `softness` times the
/// plan's entropy, largest: optimal transport between uniform marginals, which nears the exact
/// assignment as the softness goes to 0. Sinkhorn's scaling starts at the exact assignment's
/// prices, so that no exponential is above 1 and every row and column keeps one that is not small.
/// Adding a number to a row or column of profits changes nothing: minus a squared distance and an
/// inner product give the same plan.
/// Shapes: n x n; the plan's rows add up to 1, its columns to within 1e-9 where that takes no more
/// than a thousand sweeps. Units: softness in those of the profits, above 0.
/// Errors: as solve_assignment. Cost: an assignment, then 4 n^2 operations a sweep.
/// Source: Cuturi 2013, arXiv:1306.0895; the start is Echelon's.
result<matrix> soft_assignment(const matrix& profit, double softness);

}  // namespace echelon::merging
