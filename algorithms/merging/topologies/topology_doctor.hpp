#pragma once

#include <optional>
#include <set>

#include "algorithms/merging/topologies/peer_network.hpp"

namespace echelon::merging {

/// A link whose loss would hurt.
struct weak_link {
  peer_link link;
  double resistance = 0;   ///< effective, in (0, 1]; 1: there is no other way
  double gap_without = 0;  ///< the spectral gap that Metropolis-Hastings has without it

  bool bridge() const { return gap_without == 0; }
};

/// What `echelon plan` says of a topology.
struct topology_report {
  index nodes = 0;
  index edges = 0;  ///< of all graphs of a period together
  index period = 1;
  double spectral_gap = 0;
  double contraction = 0;  ///< sqrt(rho) per round, in the Euclidean norm
  /// Until a thousandth of the disagreement is left; nullopt: never.
  std::optional<double> rounds_to_consensus;
  double messages_per_round = 0;  ///< mean over a period
  double bytes_per_epoch = 0;     ///< sent by all peers together
  std::vector<weak_link> weak_links =
      {};                             ///< those whose loss costs the most of the gap, worst first
  std::vector<index> cut_peers = {};  ///< those whose leaving cuts the others apart
  matrix mixing = {};                 ///< of round 0
};

/// What a merge costs on the wire, and how often there is one.
struct merge_traffic {
  double message_bytes = 0;
  double rounds_per_epoch = 1;
};

/// Cost: O(N^3) a period and a few more for the weakest links; half a second at 500 peers or so.
topology_report examine(const peer_network& network, const merge_traffic& traffic);

/// Links to add, and the spectral gap that Metropolis-Hastings has with them.
struct repair_proposal {
  std::vector<peer_link> added;
  double spectral_gap = 0;  ///< among those present
};

/// Connects those who are present again (the parts in a ring, by their least linked peers) and adds
/// links across the thinnest place until the gap is as wide as wanted or `links_max` were added for
/// it, none of them barred. Nobody present: nothing. Ties go to lower peers. Cost: O(N^3) a link
/// added. Source for the latter: Ghosh, Boyd, "Growing well-connected graphs", 2006.
repair_proposal propose_repair(const peer_graph& graph, const std::vector<bool>& present,
                               double gap_wanted = 0, index links_max = 8,
                               const std::set<peer_link>& barred = {});

/// How much of the disagreement merges leave in fact, to compare with the square of `contraction`.
class contraction_meter {
public:
  /// Mean squared distances to the mean (or local proxies of it) before and after one merge. One
  /// without disagreement says nothing and is left out.
  void add(double before, double after);

  index merges() const { return merges_; }
  /// rho_hat of the last merge; 0 before any.
  double last() const { return last_; }
  /// Geometric mean over all merges; 0 before any.
  double mean() const;

private:
  index merges_ = 0;
  double last_ = 0;
  double log_sum_ = 0;
};

}  // namespace echelon::merging
