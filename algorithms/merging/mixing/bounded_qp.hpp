#pragma once

#include "algorithms/base/matrix.hpp"

namespace echelon::merging {

/// min over u >= least of 1/2 u' P u + q' u, by active sets. Shapes: P k x k, symmetric and
/// positive semidefinite (a ridge of 1e-10 of its largest diagonal entry makes it definite). Cost:
/// O(k^4) at worst, k a few tens at most. Source: Lawson, Hanson 1974, chapter 23.
vector solve_bounded_qp(const matrix& p, const vector& q, double least);

}  // namespace echelon::merging
