#include "algorithms/coding/hierarchy/coding_nodes.hpp"

#include <algorithm>
#include <limits>

#include "algorithms/base/contract.hpp"
#include "algorithms/coding/hierarchy/load.hpp"
#include "algorithms/coding/part_runs.hpp"

namespace echelon::coding {
namespace {

constexpr index multiples_max = 8;
/// What rounding to whole parts may add to the load before more parts are tried.
constexpr double rounding_max = 0.01;

/// Its place among the coding nodes.
std::size_t place_of(node_id node) {
  return node.kind == role::coordinator ? 0 : slot(node.number) + 1;
}

bool lowest(const tree& topology, node_id node) {
  return std::ranges::all_of(topology.children(node),
                             [](node_id child) { return child.kind == role::worker; });
}

std::vector<coding_node> laid_out(const tree& topology) {
  std::vector<coding_node> nodes{{.node = {role::coordinator, 0}}};
  for (std::int32_t edge = 0; edge < topology.edges(); ++edge) {
    const node_id node{role::edge, edge};
    nodes.push_back({.node = node, .layer = nodes[place_of(topology.parent(node))].layer + 1});
  }
  for (coding_node& each : nodes)
    if (lowest(topology, each.node))
      each.layer = topology.depth() - 1;
  return nodes;
}

/// Entry `position` of a list that holds one for each, or one for all.
result<index> entry_of(const std::vector<index>& list, index position, index count,
                       std::string_view key, std::string_view whom) {
  if (list.size() == 1)
    return list.front();
  if (std::ssize(list) != count)
    return fail(errc::bad_input,
                "coding.{}: {} numbers; it must be one, or one for each of the {} {}", key,
                list.size(), count, whom);
  return list[slot(position)];
}

result<void> set_tolerances(std::vector<coding_node>& nodes, const tree& topology,
                            const plan_choice& choice) {
  const index lowest_count = std::ranges::count_if(
      nodes, [&](const coding_node& each) { return lowest(topology, each.node); });
  index next_lowest = 0;
  for (coding_node& each : nodes) {
    if (lowest(topology, each.node)) {
      ECHELON_TRY(each.stragglers, entry_of(choice.worker_stragglers, next_lowest++, lowest_count,
                                            "worker_stragglers", "lowest edges"));
    } else {
      ECHELON_TRY(each.stragglers,
                  entry_of(choice.edge_stragglers, each.layer, topology.depth() - 1,
                           "edge_stragglers", "levels of edges"));
    }
  }
  return {};
}

result<void> check_tolerance(const coding_node& each, bool of_workers) {
  const index children = std::ssize(each.busy);
  if (children == 0 || (each.stragglers >= 0 && each.stragglers < children))
    return {};
  return fail(
      errc::bad_input,
      "coding.{}: {} of the {} {} below {} leave none to answer; it must be between 0 and {}",
      of_workers ? "worker_stragglers" : "edge_stragglers", each.stragglers, children,
      of_workers ? "workers" : "edges", to_string(each.node), children - 1);
}

/// What a child can hold at load 1.
double capacity_of(node_id child, const std::vector<coding_node>& nodes,
                   const plan_choice& choice) {
  if (child.kind == role::edge)
    return nodes[place_of(child)].capacity;
  if (std::ranges::binary_search(choice.idle_workers, index{child.number}))
    return 0;
  return choice.worker_capacities.empty() ? 1 : choice.worker_capacities[slot(child.number)];
}

/// What dealing in runs comes to.
struct dealt_runs {
  bool enough = true;  ///< every node has a part for each busy child
  double most = 0;     ///< parts of the busiest worker, by its capacity
};

dealt_runs deal_runs(const tree& topology, const std::vector<coding_node>& nodes, index parts) {
  std::vector<index> held(nodes.size());
  held.front() = parts;
  dealt_runs dealt;
  for (std::size_t place = 0; place < nodes.size(); ++place) {
    const coding_node& each = nodes[place];
    dealt.enough &= held[place] * (each.stragglers + 1) >= std::ssize(each.busy);
    const auto shares = runs(each, held[place]);
    for (std::size_t child = 0; child < shares.size(); ++child)
      if (const node_id node = topology.children(each.node)[slot(each.busy[child])];
          node.kind == role::edge)
        held[place_of(node)] = shares[child];
      else
        dealt.most = std::max(dealt.most,
                              static_cast<double>(shares[child]) / each.capacities[child]);
  }
  return dealt;
}

}  // namespace

code_shape coding_node::shape(index parts) const {
  const bool equal = std::ranges::adjacent_find(capacities, std::ranges::not_equal_to{}) ==
                     capacities.end();
  return {.senders = std::ssize(busy),
          .parts = parts,
          .stragglers = stragglers,
          .capacities = equal ? std::vector<double>{} : capacities};
}

result<std::vector<coding_node>> coding_nodes(const tree& topology, const plan_choice& choice) {
  std::vector<coding_node> nodes = laid_out(topology);
  ECHELON_CHECK(set_tolerances(nodes, topology, choice));
  // Edges are numbered depth first: from the last to the first, children come before parents.
  for (auto each = nodes.rbegin(); each != nodes.rend(); ++each) {
    const auto children = topology.children(each->node);
    for (std::size_t child = 0; child < children.size(); ++child)
      if (const double capacity = capacity_of(children[child], nodes, choice); capacity > 0) {
        each->busy.push_back(static_cast<index>(child));
        each->capacities.push_back(capacity);
      }
    ECHELON_CHECK(check_tolerance(*each, lowest(topology, each->node)));
    if (!each->busy.empty())
      each->capacity = joint_capacity(each->capacities, each->stragglers);
  }
  return nodes;
}

std::vector<index> runs(const coding_node& at, index parts) {
  return quotas(at.capacities, parts * (at.stragglers + 1), parts);
}

bool enough_parts(const tree& topology, const std::vector<coding_node>& nodes, index parts) {
  return deal_runs(topology, nodes, parts).enough;
}

double busiest_load(const tree& topology, const std::vector<coding_node>& nodes, index parts) {
  return deal_runs(topology, nodes, parts).most;
}

index default_parts(const tree& topology, const std::vector<coding_node>& nodes) {
  index busy = 0;
  for (const coding_node& each : nodes)
    for (const index child : each.busy)
      busy += topology.children(each.node)[slot(child)].kind == role::worker;
  index best = busy;
  double best_excess = std::numeric_limits<double>::infinity();
  for (index multiple = 1; multiple <= multiples_max && best_excess > rounding_max; ++multiple) {
    const index parts = multiple * busy;
    const double ideal = static_cast<double>(parts) / nodes.front().capacity;
    const double excess = busiest_load(topology, nodes, parts) / ideal - 1;
    if (excess < best_excess - rounding_max) {
      best = parts;
      best_excess = excess;
    }
  }
  return best;
}

}  // namespace echelon::coding
