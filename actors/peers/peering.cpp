#include "actors/peers/peering.hpp"

namespace echelon::actors {

std::vector<index> spanning_tree(const merging::peer_graph& graph) {
  std::vector<index> parents(slot(graph.peers()), -1), reached{0};
  std::vector<bool> seen(parents.size());
  seen[0] = true;
  for (std::size_t next = 0; next < reached.size(); ++next)
    for (const index child : graph.receivers(reached[next]))
      if (!seen[slot(child)]) {
        seen[slot(child)] = true;
        parents[slot(child)] = reached[next];
        reached.push_back(child);
      }
  return parents;
}

}  // namespace echelon::actors
