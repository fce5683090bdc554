#include "algorithms/merging/topologies/base_graph.hpp"
#include "algorithms/merging/topologies/exponential_graphs.hpp"
#include "algorithms/merging/topologies/files/graph_file.hpp"
#include "algorithms/merging/topologies/lattices.hpp"
#include "algorithms/merging/topologies/plain_graphs.hpp"
#include "algorithms/merging/topologies/random_graphs.hpp"

namespace echelon::merging {
namespace {

template <class Graph>
topology_catalogue::entry graph_entry() {
  return policy_entry<Graph, topology, const topology_context&>();
}

}  // namespace

const topology_catalogue& topologies() {
  static const topology_catalogue known{"topology.graph",
                                        {
                                            graph_entry<full_graph>(),
                                            graph_entry<ring_graph>(),
                                            graph_entry<bipartite_graph>(),
                                            graph_entry<star_graph>(),
                                            graph_entry<torus_graph>(),
                                            graph_entry<grid_graph>(),
                                            graph_entry<erdos_renyi_graph>(),
                                            graph_entry<random_regular_graph>(),
                                            graph_entry<small_world_graph>(),
                                            graph_entry<exponential_graph>(),
                                            graph_entry<one_peer_exponential_graph>(),
                                            graph_entry<base_graph>(),
                                            graph_entry<graph_file>(),
                                        }};
  return known;
}

topology_ptr constant(peer_graph graph) {
  return std::make_shared<const topology>(topology{{std::move(graph)}});
}

}  // namespace echelon::merging
