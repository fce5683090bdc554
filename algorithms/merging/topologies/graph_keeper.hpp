#pragma once

#include <map>
#include <vector>

#include "algorithms/merging/topologies/topology_doctor.hpp"

namespace echelon::merging {

/// Watches which peers and links of a graph are there, and proposes links that make up for those
/// that are not. A link is taken to be cut once it was not used in `patience` rounds one after the
/// other. Links that are gone stay in the graph: their peers may come back.
///
/// Where peers have left, those who are left are connected again. Where links are cut between peers
/// that are there, nobody links across: what cuts one link is likely to cut the next. Either way
/// each part gets nine tenths of the spectral gap that the whole graph had, if 8 links do that.
class graph_keeper {
public:
  /// Errors: expects links both ways.
  explicit graph_keeper(peer_graph graph, index patience = 3);

  void lose(index peer);
  void regain(index peer);
  /// After a round: the links, from the lower peer, that should have been used and were not. Those
  /// of a peer that is gone do not count, nor once it is back what they missed before.
  void missed(const std::set<peer_link>& links);

  /// Links to add, from the lower peer; they are the graph's from then on. None, unless more is
  /// gone than when it was asked last. Cost: O(N^3) a link added.
  std::vector<peer_link> repair();
  /// The graph with all links that were added to it.
  const peer_graph& graph() const { return graph_; }

private:
  std::set<peer_link> cuts() const;

  peer_graph graph_;
  index patience_;
  double gap_wanted_;
  std::vector<bool> present_;
  std::map<peer_link, index> missed_;  ///< rounds in a row
  bool worse_ = false;
};

}  // namespace echelon::merging
