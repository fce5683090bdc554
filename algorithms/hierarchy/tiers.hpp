#pragma once

#include <span>
#include <vector>

#include "algorithms/base/result.hpp"
#include "algorithms/base/tree.hpp"

namespace echelon::hierarchy {

/// A node with the run of neighbouring workers below it.
struct tier_node {
  index first_worker = 0;
  index worker_count = 0;
  index parent = 0;           ///< its place in the tier above
  double weight = 0;          ///< pi_k: sum of its workers' weights
  double square_weights = 0;  ///< sum of p_j^2 over its workers
};

/// A tree as the mathematics of H-SGD sees it: tier 0 holds the root, tier l the N_l nodes at that
/// level, the last tier the n workers, each with its weight p_j. A worker that hangs higher than
/// others is a group of its own in every tier below. Source: specification 6.2 [R for the
/// indexing].
class tiers {
public:
  /// All workers alike.
  explicit tiers(const tree& shape);
  /// Weights by worker, of any sum; they are scaled to sum 1. Errors: not one for each worker, one
  /// that is negative or not finite, none above zero.
  static result<tiers> weighted(const tree& shape, std::span<const double> weights);

  /// M: levels of averaging.
  index levels() const { return std::ssize(tiers_) - 1; }
  std::span<const tier_node> nodes(index tier) const { return tiers_.at(slot(tier)); }
  index workers() const { return std::ssize(tiers_.back()); }
  double weight(index worker) const { return tiers_.back()[slot(worker)].weight; }
  /// N_0 = 1, N_1, ..., N_M = n.
  std::vector<index> node_counts() const;
  /// s_l: the squared weights below each node over its weight, summed over a tier.
  double noise_share(index tier) const;

private:
  tiers() = default;
  void build(const tree& shape, std::span<const double> weights);

  std::vector<std::vector<tier_node>> tiers_;
};

}  // namespace echelon::hierarchy
