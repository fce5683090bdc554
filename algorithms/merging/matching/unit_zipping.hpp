#pragma once

#include <vector>

#include "algorithms/base/matrix.hpp"
#include "algorithms/merging/permutations/unit_orders.hpp"

namespace echelon::merging {

/// How far units are joined within a model and after they were joined before.
struct zip_options {
  /// Share of the units that a model has too many of, if all are to have as many as one, which it
  /// may join among its own.
  double within = 0.125;
  /// Factor on the likeness of what was joined to anything else; 0: a group does not meet again
  /// models that it has units of.
  double again = 1;
};

/// Joins the units of several models, the two most alike groups at a time, until as many groups as
/// one model has units are left. A group is as like another as the least alike of their units,
/// times `again` per joining. Which groups count as of one model is a reconstruction: those with
/// units of the same one, and joining them costs each such model one of its budget. Where that
/// allows no more, the most alike are joined all the same. Ties go to the lowest numbers.
/// Shapes: alike is symmetric, models * units square; unit u of model m is number m * units + u.
/// Returns: every unit's group. Groups with units of model `first` have the lowest of their
/// numbers there, so that permutations keep its order; the rest fill what is free.
/// Cost: (models * units)^2 steps and memory, times models where likenesses keep changing.
/// Source: Stoica et al. 2024, arXiv:2305.03053.
std::vector<index> zip_units(matrix alike, index models, index first, const zip_options& options);

}  // namespace echelon::merging
