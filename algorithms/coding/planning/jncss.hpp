#pragma once

#include <vector>

#include "algorithms/base/result.hpp"
#include "algorithms/coding/planning/selection.hpp"

namespace echelon::coding::planning {

/// What joint node and coding-scheme selection (JNCSS) answers.
struct jncss_choice {
  index edge_stragglers = 0;    ///< s_e
  index worker_stragglers = 0;  ///< s_w
  double load_parts = 0;        ///< D: of the busiest worker
  /// The nodes it expects to hear first; its expected time of a round exceeds the least possible by
  /// at most `waits_for.bound_s`.
  selection waits_for;
};

/// Means at the two layers, from which every pair of tolerances is judged. Mean times are linear in
/// the load. A star is one edge whose messages take no time.
class jncss_table {
public:
  /// Errors: a tree whose edges do not all hang below the coordinator and hold all workers.
  static result<jncss_table> make(const planned_cluster& known);

  index edges() const { return std::ssize(counts_); }
  /// Workers of the smallest edge.
  index workers_least() const;
  const std::vector<index>& worker_counts() const { return counts_; }
  /// The latest mean among those waited for: (n - s_e)-th smallest of the edges' times, which are
  /// the (m_i - s_w)-th smallest of their workers' plus their own. Cost: O(M).
  double surrogate_s(index edge_stragglers, index worker_stragglers, double load) const;

private:
  double edge_s(index edge, index waited, double load) const;

  std::vector<index> counts_;
  std::vector<double> per_part_s_;  ///< by worker
  std::vector<double> fixed_s_;
  std::vector<double> edge_s_;
  mutable std::vector<double> times_;  ///< scratch
};

/// A pair of tolerances with its load and surrogate.
struct ranked_tolerance {
  index edge_stragglers = 0;
  index worker_stragglers = 0;
  double load_parts = 0;
  double surrogate_s = 0;
};

/// Every pair that leaves all workers with work, the least surrogate first.
/// Errors: a tree that is no star and not two levels of links deep; no pair fits.
/// Cost: O(n min(m) M).
result<std::vector<ranked_tolerance>> rank_by_means(const planned_cluster& known, index parts);

/// Chooses the tolerances and the nodes to wait for that minimise the latest mean time among these.
/// Equal to an exhaustive search over tolerances and selections. Cost: O(n min(m) M). Source: Tang,
/// Li, Chen, Chen, arXiv:2406.10831 for the problem, a greedy algorithm and the existence of a
/// bound; model, formulas, steps and bound are the reconstruction of specification 5. Errors: a
/// tree that is no star and not two levels of links deep; no pair of tolerances leaves every worker
/// with a part.
result<jncss_choice> jncss(const planned_cluster& known, index parts);

}  // namespace echelon::coding::planning
