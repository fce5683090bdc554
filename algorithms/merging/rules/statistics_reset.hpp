#pragma once

#include "algorithms/learning/model.hpp"
#include "algorithms/merging/permutations/permutation_spec.hpp"

namespace echelon::merging {

/// How the statistics of batch norm are measured anew.
enum class statistics_reset : unsigned char {
  none,        ///< they stay as they are
  cumulative,  ///< the mean over all passes, each by its samples
  ema          ///< from mean 0 and variance 1, a tenth of the way to each pass in turn
};

/// The same parameters with batch norm's statistics measured on the samples, in training mode, a
/// hundred samples a pass: later layers see what the batch's own statistics make of earlier ones.
/// Networks without such statistics are returned as they are. Averaged networks vary less from
/// layer to layer than their parents, which this undoes. No closed form is offered: behind the
/// first nonlinearity, what a merged network's units see is no function of its parents' statistics,
/// and already their variance in the first layer takes the parents' covariances, for which all
/// parents must run over samples; to measure takes one pass of the merged network. Source: Jordan
/// et al. 2023, arXiv:2211.08403. Errors: no samples.
result<block> reset_statistics(const learning::model& network, const block& state,
                               const learning::batch& samples, statistics_reset how,
                               std::uint64_t seed, std::uint64_t round);

}  // namespace echelon::merging
