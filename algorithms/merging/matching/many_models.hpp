#pragma once

#include <span>

#include "algorithms/learning/model.hpp"
#include "algorithms/merging/permutations/unit_orders.hpp"

namespace echelon::merging {

/// One order per model, so that all are close to one another once gathered: each in turn is matched
/// by its weights with the mean of the others as they are ordered so far, in random order, until a
/// sweep brings none closer. Without data; for three models and more.
/// Cost: a weight matching per model and sweep.
/// Errors: as match_weights. Source: Ainsworth, Hayase, Srinivasa 2023, arXiv:2209.04836.
result<std::vector<unit_orders>> match_many(const permutation_spec& spec,
                                            std::span<const block> states, random_stream& random,
                                            learning::math_mode math);

}  // namespace echelon::merging
