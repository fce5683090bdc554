#include "algorithms/merging/topologies/random_graphs.hpp"

#include <optional>

#include "algorithms/base/random.hpp"

namespace echelon::merging {
namespace {

constexpr index tries_max = 1000;

/// The first connected graph of those that `draw` makes; `draw` may give up a try.
template <class Draw>
result<topology_ptr> first_connected(const parameters& given, std::string_view key,
                                     const topology_context& context, Draw draw) {
  random_stream random{context.seed, "topology.graph"};
  for (index attempt = 0; attempt < tries_max; ++attempt)
    if (std::optional<peer_graph> graph = draw(random); graph && check_connected(*graph))
      return constant(*std::move(graph));
  return given.refuse(key, "none of {} graphs drawn connects all {} peers; it must be larger",
                      tries_max, context.peers);
}

/// Pairs stubs one by one, each with a random one that makes a new edge; nullopt when it is stuck.
std::optional<peer_graph> paired(random_stream& random, index peers, index degree) {
  peer_graph graph{peers};
  std::vector<index> stubs;
  for (index i = 0; i < peers * degree; ++i)
    stubs.push_back(i / degree);
  random.shuffle(std::span{stubs});
  while (!stubs.empty()) {
    const index first = stubs.back();
    stubs.pop_back();
    std::vector<index> fitting;
    for (index i = 0; i < std::ssize(stubs); ++i)
      if (stubs[slot(i)] != first && !graph.has({first, stubs[slot(i)]}))
        fitting.push_back(i);
    if (fitting.empty())
      return std::nullopt;
    const index chosen = fitting[slot(random.below(std::ssize(fitting)))];
    graph.connect(first, stubs[slot(chosen)]);
    stubs.erase(stubs.begin() + chosen);
  }
  return graph;
}

/// Moves the far end of an edge to a peer that is not linked yet; a full one keeps its edges.
void rewire(peer_graph& graph, index from, index to, random_stream& random) {
  std::vector<index> free;
  for (index peer = 0; peer < graph.peers(); ++peer)
    if (peer != from && !graph.has({from, peer}))
      free.push_back(peer);
  if (free.empty())
    return;
  graph.disconnect(from, to);
  graph.connect(from, free[slot(random.below(std::ssize(free)))]);
}

}  // namespace

std::vector<parameter> erdos_renyi_graph::declared() {
  return {{"probability", value_kind::number, 0.5, "of each edge", 0.0, 1.0}};
}

result<topology_ptr> erdos_renyi_graph::make(const parameters& given,
                                             const topology_context& context) {
  return first_connected(given, "probability", context, [&](random_stream& random) {
    peer_graph graph{context.peers};
    for (index a = 0; a < context.peers; ++a)
      for (index b = a + 1; b < context.peers; ++b)
        if (random.bernoulli(given.number("probability")))
          graph.connect(a, b);
    return std::optional{std::move(graph)};
  });
}

std::vector<parameter> random_regular_graph::declared() {
  return {{"degree", value_kind::integer, 4, "neighbours of each peer", 1}};
}

result<topology_ptr> random_regular_graph::make(const parameters& given,
                                                const topology_context& context) {
  const index degree = given.integer("degree");
  if (degree >= context.peers || degree * context.peers % 2 != 0)
    return given.refuse("degree",
                        "{} peers cannot have {} neighbours each; it must be below the number of "
                        "peers, and one of the two even",
                        context.peers, degree);
  return first_connected(given, "degree", context, [&](random_stream& random) {
    return paired(random, context.peers, degree);
  });
}

std::vector<parameter> small_world_graph::declared() {
  return {{"degree", value_kind::integer, 4, "neighbours of each peer before edges move; even", 2},
          {"rewiring", value_kind::number, 0.1, "share of edges that move", 0.0, 1.0}};
}

result<topology_ptr> small_world_graph::make(const parameters& given,
                                             const topology_context& context) {
  const index degree = given.integer("degree");
  if (degree >= context.peers || degree % 2 != 0)
    return given.refuse("degree",
                        "{} is no even number below the {} peers; it must be one, for half of the "
                        "neighbours are on each side",
                        degree, context.peers);
  return first_connected(given, "degree", context, [&](random_stream& random) {
    peer_graph graph{context.peers};
    const auto across = [&](auto use) {
      for (index hop = 1; hop <= degree / 2; ++hop)
        for (index peer = 0; peer < context.peers; ++peer)
          use(peer, (peer + hop) % context.peers);
    };
    across([&](index from, index to) { graph.connect(from, to); });
    across([&](index from, index to) {
      if (random.bernoulli(given.number("rewiring")))
        rewire(graph, from, to, random);
    });
    return std::optional{std::move(graph)};
  });
}

}  // namespace echelon::merging
