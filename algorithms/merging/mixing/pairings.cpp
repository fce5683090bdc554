#include "algorithms/merging/mixing/pairings.hpp"

#include <algorithm>
#include <iterator>

namespace echelon::merging {

result<std::vector<int>> two_sides(const peer_graph& graph) {
  std::vector<int> side(slot(graph.peers()), -1);
  for (index first = 0; first < graph.peers(); ++first) {
    if (side[slot(first)] >= 0)
      continue;
    side[slot(first)] = 0;
    std::vector<index> waiting{first};
    while (!waiting.empty()) {
      const index peer = waiting.back();
      waiting.pop_back();
      for (const index other : graph.receivers(peer)) {
        if (side[slot(other)] == side[slot(peer)])
          return fail(errc::not_supported,
                      "{} is on a cycle of odd length; peers can take turns only on a bipartite "
                      "graph, such as an even ring, a grid or a star",
                      peer_name(other));
        if (side[slot(other)] < 0) {
          side[slot(other)] = 1 - side[slot(peer)];
          waiting.push_back(other);
        }
      }
    }
  }
  return side;
}

std::vector<peer_link> draw_pairs(exchange with, const peer_graph& graph, random_stream& random) {
  if (with == exchange::random_edge) {
    const auto edges = graph.edges();
    expects(!edges.empty());
    return {edges[slot(random.below(std::ssize(edges)))]};
  }
  expects(with == exchange::active_passive);
  const auto sides = two_sides(graph);
  expects(sides.has_value());
  std::vector<peer_link> pairs;
  std::vector<bool> taken(slot(graph.peers()));
  for (const index peer : permutation(random, graph.peers())) {
    std::vector<index> free;
    if ((*sides)[slot(peer)] == 0)
      std::ranges::copy_if(graph.receivers(peer), std::back_inserter(free),
                           [&](index other) { return !taken[slot(other)]; });
    if (free.empty())
      continue;
    const index other = free[slot(random.below(std::ssize(free)))];
    taken[slot(other)] = true;
    pairs.push_back({peer, other});
  }
  return pairs;
}

}  // namespace echelon::merging
