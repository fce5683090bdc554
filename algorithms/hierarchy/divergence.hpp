#pragma once

#include <span>
#include <vector>

#include "algorithms/base/matrix.hpp"
#include "algorithms/hierarchy/tiers.hpp"

namespace echelon::hierarchy {

/// How far gradients are apart, by level of a tree, at one model w:
///   eps_l^2 = sum over nodes k of tier l of pi_k ||grad f_k(w) - grad f_parent(k)(w)||^2.
/// They sum to the global divergence sum_j p_j ||grad F_j - grad f||^2 (law of total variance).
/// Source: specification 7.1 [R]: the averaged form; the per-node form implies it [P].
struct divergences {
  std::vector<double> by_level;  ///< eps_1^2 (groups against the whole) first

  /// Groups against the whole: eps_1^2.
  double upward() const { return by_level.empty() ? 0 : by_level.front(); }
  /// Everything below the first level; two levels: workers against their groups.
  double downward() const { return total() - upward(); }
  double total() const;
};

/// Exact divergences of these gradients. Shapes: one row a worker. Cost: O(n d) a level.
divergences measure_divergences(const tiers& where, const matrix& gradients);

/// eps_k^2 of the lowest groups: sum_{j below k} (p_j / pi_k) ||row j - their mean||^2 for each
/// node of tier M - 1, for bounds with periods I_k.
std::vector<double> group_divergences(const tiers& where, const matrix& gradients);

/// E[eps_l^2] over uniform random seats of fixed gradients, in groups of equal size:
/// (N_l - N_{l-1}) / (n - 1) of the global divergence. `node_counts` are N_0 = 1, ..., N_M = n.
/// Source: specification 7.3, exact [V]; at a model that depends on the groups it is a design
/// formula unless groups are drawn anew at every global average [R].
divergences expected_divergences(std::span<const index> node_counts, double total);

}  // namespace echelon::hierarchy
