#pragma once

#include <memory>
#include <vector>

#include "algorithms/base/catalogue.hpp"
#include "algorithms/base/matrix.hpp"
#include "algorithms/merging/topologies/peer_graph.hpp"

namespace echelon::merging {

/// What a topology must fit.
struct topology_context {
  index peers = 0;
  std::uint64_t seed = 0;  ///< of the graphs that are drawn
};

/// Who talks to whom, round by round: graphs that repeat after as many rounds as there are. A
/// policy axis: `topology.graph`. Immutable once made.
struct topology {
  std::vector<peer_graph> graphs;  ///< at least one, all over the same peers
  /// Weights that belong to the graphs themselves, one matrix a graph: row i weighs what peer i
  /// hears. Empty: any rule may weigh them.
  std::vector<matrix> stated_weights = {};

  index peers() const { return graphs.front().peers(); }
  /// Rounds until the graphs repeat.
  index period() const { return std::ssize(graphs); }
  const peer_graph& graph(index round) const { return graphs[slot(round % period())]; }
};

using topology_ptr = std::shared_ptr<const topology>;
using topology_catalogue = catalogue<topology, const topology_context&>;
/// Every graph of peers that a scenario can name.
const topology_catalogue& topologies();

/// A topology that is the same in every round.
topology_ptr constant(peer_graph graph);

}  // namespace echelon::merging
