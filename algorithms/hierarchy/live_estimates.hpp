#pragma once

#include <deque>
#include <vector>

#include "algorithms/base/running_mean.hpp"
#include "algorithms/hierarchy/divergence.hpp"
#include "algorithms/hierarchy/half_batches.hpp"

namespace echelon::hierarchy {

/// Divergences, noise and smoothness as a run sees them: running means of the root's reports, the
/// largest of the last smoothness ratios. A plain value: a checkpoint keeps its members.
/// Source: specification 7.6 [R].
struct live_estimates {
  std::vector<running_mean> by_level = {};
  running_mean noise = {};
  std::deque<double> smoothness_seen = {};  ///< newest last
  double weight = 0.1;                      ///< of the newest report
  std::size_t smoothness_max = 20;          ///< ratios remembered

  /// The root's report; its levels never change.
  void add(const half_batch_report& root);
  void add_smoothness(double ratio);

  /// Means below zero, which unbiased estimates may have, are cut off at 0.
  divergences divergence() const;
  /// sigma^2 of one half-batch, as the reports had them.
  double half_batch_noise() const { return noise.value(); }
  /// Of a step on `batch` samples, where half-batches had `half_batch`: noise falls as 1 / size.
  double noise_of(index batch, index half_batch) const;
  /// L: 0 before the first ratio.
  double smoothness() const;
};

}  // namespace echelon::hierarchy
