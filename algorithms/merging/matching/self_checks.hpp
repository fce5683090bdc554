#pragma once

#include "algorithms/learning/model.hpp"
#include "algorithms/merging/permutations/permutation_spec.hpp"

namespace echelon::merging {

/// Tries a specification on its network, at random weights and inputs, before anybody relies on it:
/// permuted networks compute the same to rounding, the way back gives the same bits, a planted
/// permutation is found again among units that fire, and a merge is the same in every gauge.
/// Errors: the first of these that fails, with the numbers.
/// Cost: a few forward passes of some dozen samples, and a merge.
result<void> check_specification(const learning::model& network, const permutation_spec& spec,
                                 std::uint64_t seed);

}  // namespace echelon::merging
