#pragma once

#include <span>
#include <vector>

#include "algorithms/base/matrix.hpp"
#include "algorithms/base/types.hpp"
#include "algorithms/hierarchy/tiers.hpp"

namespace echelon::hierarchy {

/// What a node tells its parent so that divergences and noise are estimated without bias: the means
/// of two disjoint half-batches' gradients over the workers below it, all taken at one model, and
/// scalars. Products across the two halves carry no noise in expectation; squares of one half do.
/// Equal halves give the naive estimate, exact where gradients have no noise. Source:
/// specification 7.6 [R][V]; weights and levels beyond two are the same argument applied again.
struct half_batch_report {
  double weight = 0;  ///< pi_k
  vector first;       ///< mean gradient of the first half-batches, or its sketch
  vector second;
  double noise = 0;  ///< estimated sigma^2 of one half-batch
  /// Estimated eps^2 of this node's children, of theirs, ...; may fall below zero.
  std::vector<double> divergences = {};
};

/// A worker's: noise is half the squared distance of its halves.
half_batch_report report_of_worker(double weight, vector first, vector second);

/// How the halves of a worker's shard were drawn: disjoint, without replacement.
struct shard_draw {
  index rows = 0;   ///< of the shard
  index half = 0;   ///< of them in each half; a single row is in both
  index batch = 0;  ///< of them in a step of the run; 0: all
};

/// The same of a shard whose own rows are the objective. Halves of few rows know of each other:
/// they are drawn together until their products are unbiased for the whole shard's gradient, and
/// are that gradient where they are the whole shard. Noise is that of a step. Source: the
/// covariance of draws without replacement, -S^2 / rows; reconstruction.
half_batch_report report_of_shard(double weight, const vector& first, const vector& second,
                                  const shard_draw& drawn);

/// An inner node's, from its children in a fixed order; the root's divergences are eps_1^2 to
/// eps_M^2. Shapes: all vectors of one length. At least one child with weight.
/// Cost: O(children d); what is forwarded is O(d + levels).
half_batch_report merged(std::span<const half_batch_report> children);

/// What all workers' reports say of a tree.
struct tree_report {
  half_batch_report root;
  std::vector<double> by_group;  ///< eps_k^2 of each node above the workers, for periods I_k
};

/// Merges tier by tier; nodes without weight count nothing. Shapes: one report a worker, in their
/// order; at least one with weight.
tree_report merged(const tiers& where, std::vector<half_batch_report> workers);

/// A signed-hash sketch: inner products of sketches by the same seed are unbiased estimates of
/// those of the vectors, so that reports shrink to `buckets` numbers. Cost: O(d). Source: count
/// sketch, Charikar, Chen, Farach-Colton 2002.
vector sketch(std::span<const float> gradient, index buckets, std::uint64_t seed);
vector sketch(std::span<const double> gradient, index buckets, std::uint64_t seed);

/// Stands in for a gradient where no batch is spared: (start - end) / (rate steps) at the first
/// local average after a global one. It keeps the noise of its steps, so that divergences made of
/// it are too high by about sigma^2 / steps each. Source: specification 7.6 [R].
vector gradient_proxy(const vector& start, const vector& end, double rate, index steps);

/// ||g(to) - g(from)|| / ||to - from|| on one fixed batch: a lower bound of the smoothness L.
/// 0 where the models are equal.
double smoothness_between(const vector& from, const vector& to, const vector& gradient_from,
                          const vector& gradient_to);

}  // namespace echelon::hierarchy
