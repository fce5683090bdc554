#pragma once

#include <vector>

#include "algorithms/learning/model.hpp"
#include "algorithms/merging/permutations/weighted_sum.hpp"

namespace echelon::merging {

/// Gives every unit of a dense layer or convolution without a norm behind it the mean and deviation
/// over the samples that its parents had there, weighted as they were merged: batch norms are put
/// behind these layers, measured on the samples, and folded into the layers' weights. The output
/// layer stays as it is, and so do layers without bias, which cannot take up a shift.
/// Cost: a pass of each parent and of the merged network.
/// Source: Jordan et al. 2023, arXiv:2211.08403.
/// Errors: no samples.
result<block> repaired(const learning::model& network, const permutation_spec& spec,
                       const block& merged, const std::vector<weighted_state>& parents,
                       const learning::batch& samples, learning::math_mode math, std::uint64_t seed,
                       std::uint64_t round);

}  // namespace echelon::merging
