#pragma once

#include <span>
#include <utility>
#include <vector>

#include "algorithms/learning/model.hpp"
#include "algorithms/merging/matching/correlation.hpp"

namespace echelon::merging {

/// Two of several states, by number; both may be the same.
using state_pair = std::pair<index, index>;

/// Runs a network with several states over the same samples in evaluation mode, and sums for pairs
/// of them how their units go together. One row per pair, one entry per class; classes without a
/// place to be read at stay empty.
/// Errors: fewer than two samples.
/// Cost: a forward pass of each state, 2 units^2 operations per pair, class and value; the
/// activations of one pass of all states at a time.
result<std::vector<std::vector<correlation>>>
correlate_pairs(const learning::model& network, const permutation_spec& spec,
                std::span<const block* const> states, std::span<const state_pair> pairs,
                const learning::batch& samples, learning::math_mode math);

}  // namespace echelon::merging
