#pragma once

#include <vector>

#include "algorithms/base/random.hpp"
#include "algorithms/merging/mixing/mixing_rule.hpp"

namespace echelon::merging {

/// Which side each peer of a bipartite graph is on: 0, where peer 0 is, or 1. Errors: a cycle of
/// odd length; names a peer on it.
result<std::vector<int>> two_sides(const peer_graph& graph);

/// The exchanges of a round, no peer in two of them; both ends of each take the mean. For
/// random_edge and active_passive alone. Errors: expects a graph with edges that check_rule took.
std::vector<peer_link> draw_pairs(exchange with, const peer_graph& graph, random_stream& random);

}  // namespace echelon::merging
