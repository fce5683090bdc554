#pragma once

#include "algorithms/base/matrix.hpp"
#include "algorithms/learning/model.hpp"
#include "algorithms/merging/matching/class_assignment.hpp"

namespace echelon::merging {

/// For every pair of a class's units, one of each network, the inner product of all trained
/// weights that lead to or from them, with the right network's other units in the order given.
/// Where a class is on both axes of one tensor the other axis keeps its present order.
/// Shapes: both states as long as the specification says.
matrix weight_products(const permutation_spec& spec, index number, const block& left,
                       const block& right, const unit_orders& orders, learning::math_mode math);

/// The order of the right network's units that brings its weights closest to the left's, without
/// data: one class after another, in random order, until a sweep gains nothing. A local optimum.
/// Errors: weights that are not finite. Source: Ainsworth, Hayase, Srinivasa 2023,
/// arXiv:2209.04836.
result<unit_orders> match_weights(const permutation_spec& spec, const block& left,
                                  const block& right, unit_orders start, random_stream& random,
                                  learning::math_mode math);

}  // namespace echelon::merging
