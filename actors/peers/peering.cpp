#include "actors/peers/peering.hpp"

namespace echelon::actors {

result<merging::peer_network> with_links(const peering& plan, std::span<const std::int32_t> ends) {
  const auto unknown = [&](index peer) { return peer < 0 || peer >= plan.peers(); };
  merging::peer_graph graph = plan.network.all_links();
  for (std::size_t i = 0; i + 1 < ends.size(); i += 2) {
    const merging::peer_link link{ends[i], ends[i + 1]};
    if (unknown(link.from) || unknown(link.to) || link.from == link.to)
      return fail(errc::bad_input, "there is no link from {} to {}", merging::peer_name(link.from),
                  merging::peer_name(link.to));
    graph.connect(link.from, link.to);
  }
  return plan.reweigh(std::move(graph));
}

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
