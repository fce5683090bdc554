#include "actors/local_tree.hpp"

#include <algorithm>
#include <utility>

#include <caf/send.hpp>

namespace echelon::actors {
namespace {

constexpr node_id the_coordinator{role::coordinator, 0};

}  // namespace

child_handle local_tree::spawn(node_id node, const parent_handle& parent_actor) {
  const node_id parent = here_.context().setup->topology.parent(node);
  const address<parent_handle> above{parent, parent_actor};
  if (node.kind == role::worker)
    return here_.spawn_worker(node, above);
  const auto below = std::make_shared<std::unique_ptr<children>>();
  const edge_handle actor = here_.spawn_edge(node, above, below);
  *below = spawn_below(node, actor);
  of_edges_[node] = below;
  seats_[node] = below->get();
  return actor;
}

std::unique_ptr<children> local_tree::spawn_below(node_id parent,
                                                  const parent_handle& parent_actor) {
  inner_[parent] = parent_actor;
  std::vector<address<child_handle>> spawned;
  for (const node_id child : here_.context().setup->topology.children(parent))
    spawned.push_back({child, gone(child) ? child_handle{} : spawn(child, parent_actor)});
  return std::make_unique<children>(here_.context(), parent, std::move(spawned));
}

bool local_tree::reachable(node_id node) const {
  const tree& topology = here_.context().setup->topology;
  while (node != the_coordinator && !gone(node))
    node = topology.parent(node);
  return node == the_coordinator;
}

void local_tree::revive(node_id node) {
  const tree& topology = here_.context().setup->topology;
  const node_id parent = topology.parent(node);
  if (!reachable(parent))
    return;
  if (node.kind == role::edge)
    for (const index worker : topology.workers_below(node))
      if (const node_id below{role::worker, static_cast<std::int32_t>(worker)}; !gone(below))
        here_.crash(below);
  const auto siblings = topology.children(parent);
  const auto place = static_cast<std::int32_t>(std::ranges::find(siblings, node) -
                                               siblings.begin());
  seats_.at(parent)->seat(place, spawn(node, inner_.at(parent)), false);
  const auto above = caf::actor_cast<caf::actor>(inner_.at(parent));
  caf::anon_send(above, child_seated{place});
}

}  // namespace echelon::actors
