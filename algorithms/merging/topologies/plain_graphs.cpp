#include "algorithms/merging/topologies/plain_graphs.hpp"

#include <cmath>

namespace echelon::merging {
namespace {

/// Leaves weigh each hub `a`, hubs weigh each leaf `a`, and all keep the rest.
matrix published_weights(index peers) {
  const double a = std::floor(100.0 / static_cast<double>(peers - 1)) / 100;
  matrix weights = matrix::Zero(peers, peers);
  weights.topRightCorner(2, peers - 2).setConstant(a);
  weights.bottomLeftCorner(peers - 2, 2).setConstant(a);
  for (index peer = 0; peer < peers; ++peer)
    weights(peer, peer) = 1 - a * static_cast<double>(peer < 2 ? peers - 2 : 2);
  return weights;
}

}  // namespace

result<topology_ptr> full_graph::make(const parameters&, const topology_context& context) {
  peer_graph graph{context.peers};
  for (index a = 0; a < context.peers; ++a)
    for (index b = a + 1; b < context.peers; ++b)
      graph.connect(a, b);
  return constant(std::move(graph));
}

result<topology_ptr> ring_graph::make(const parameters&, const topology_context& context) {
  peer_graph graph{context.peers};
  for (index peer = 0; context.peers > 1 && peer < context.peers; ++peer)
    graph.connect(peer, (peer + 1) % context.peers);
  return constant(std::move(graph));
}

std::vector<parameter> star_graph::declared() {
  return {{"hub", value_kind::integer, 0, "the peer in the middle", 0}};
}

result<topology_ptr> star_graph::make(const parameters& given, const topology_context& context) {
  const index hub = given.integer("hub");
  if (hub >= context.peers)
    return given.refuse("hub", "there is no {}; it must be below {}", peer_name(hub),
                        context.peers);
  peer_graph graph{context.peers};
  for (index peer = 0; peer < context.peers; ++peer)
    if (peer != hub)
      graph.connect(hub, peer);
  return constant(std::move(graph));
}

std::vector<parameter> bipartite_graph::declared() {
  return {{"published", value_kind::flag, false,
           "with the weights of the published experiments, cut to two decimals"}};
}

result<topology_ptr> bipartite_graph::make(const parameters& given,
                                           const topology_context& context) {
  // Beyond 101 the published weights are cut to nothing.
  const index peers_max = given.flag("published") ? 101 : std::numeric_limits<index>::max();
  if (context.peers < 3 || context.peers > peers_max)
    return given.refuse("published",
                        "{} peers make no bipartite graph; there must be two hubs and a leaf or "
                        "more, and at most 101 peers with the published weights",
                        context.peers);
  peer_graph graph{context.peers};
  for (index leaf = 2; leaf < context.peers; ++leaf)
    for (const index hub : {0, 1})
      graph.connect(hub, leaf);
  topology made{{std::move(graph)}};
  if (given.flag("published"))
    made.stated_weights = {published_weights(context.peers)};
  return std::make_shared<const topology>(std::move(made));
}

}  // namespace echelon::merging
