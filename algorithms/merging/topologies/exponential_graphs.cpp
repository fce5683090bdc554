#include "algorithms/merging/topologies/exponential_graphs.hpp"

namespace echelon::merging {
namespace {

/// One graph a hop: 1, 2, 4, ... below the number of peers.
std::vector<peer_graph> hops(index peers) {
  std::vector<peer_graph> all;
  for (index hop = 1; hop < peers; hop *= 2) {
    peer_graph graph{peers};
    for (index peer = 0; peer < peers; ++peer)
      graph.add({peer, (peer + hop) % peers});
    all.push_back(std::move(graph));
  }
  if (all.empty())
    all.emplace_back(peers);
  return all;
}

}  // namespace

result<topology_ptr> exponential_graph::make(const parameters&, const topology_context& context) {
  return constant(united(hops(context.peers)));
}

result<topology_ptr> one_peer_exponential_graph::make(const parameters&,
                                                      const topology_context& context) {
  return std::make_shared<const topology>(topology{hops(context.peers)});
}

}  // namespace echelon::merging
