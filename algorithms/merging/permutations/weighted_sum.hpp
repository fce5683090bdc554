#pragma once

#include <vector>

#include "algorithms/merging/permutations/unit_orders.hpp"

namespace echelon::merging {

/// A state with its weight, and the order in which its units are taken.
struct weighted_state {
  double weight;
  const block* state;
  const unit_orders* orders;
};

/// The sum of weight times gathered state, summed in double in the order given.
/// Cost: one pass over every state; one tensor in double beside the result.
block weighted_sum(const permutation_spec& spec, const std::vector<weighted_state>& parts);

/// Root mean square difference over the trained parameters, the right state gathered.
double distance(const permutation_spec& spec, const block& left, const block& right,
                const unit_orders& orders);

}  // namespace echelon::merging
