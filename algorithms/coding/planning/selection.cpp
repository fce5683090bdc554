#include "algorithms/coding/planning/selection.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

namespace echelon::coding::planning {
namespace {

/// What is selected below a node.
struct subtree {
  moments time;  ///< the mean is of the latest; variances add up
  std::vector<index> edges;
  std::vector<index> workers;
};

/// Positions of the children a layer waits for.
std::vector<index> waited_for(const layer& how, const std::vector<subtree>& children) {
  std::vector<index> order(children.size());
  std::iota(order.begin(), order.end(), index{0});
  std::ranges::stable_sort(order, {}, [&](index i) { return children[slot(i)].time.mean_s; });
  if (how.groups.empty()) {
    order.resize(order.size() - slot(std::min(how.stragglers, std::ssize(order) - 1)));
    return order;
  }
  std::map<index, index> fastest;
  for (const index child : order)
    fastest.try_emplace(how.groups[slot(child)], child);
  std::vector<index> found;
  for (const auto& [group, child] : fastest)
    found.push_back(child);
  return found;
}

class selector {
public:
  selector(const planned_cluster& known, const scheme& how) : known_(known), how_(how) {}

  subtree below(node_id node, const layer& rule) const {
    std::vector<subtree> children;
    for (const node_id child : known_.topology.children(node))
      if (subtree found = of(child); !found.workers.empty())
        children.push_back(std::move(found));
    subtree all;
    if (children.empty())
      return all;
    for (const index chosen : waited_for(rule, children))
      take(all, children[slot(chosen)]);
    return all;
  }

private:
  static void take(subtree& all, const subtree& child) {
    all.time.mean_s = std::max(all.time.mean_s, child.time.mean_s);
    all.time.variance += child.time.variance;
    all.edges.insert(all.edges.end(), child.edges.begin(), child.edges.end());
    all.workers.insert(all.workers.end(), child.workers.begin(), child.workers.end());
  }

  subtree of(node_id node) const {
    return node.kind == role::worker ? of_worker(node.number) : of_edge(node);
  }

  subtree of_worker(index worker) const {
    const double load = how_.loads[slot(worker)];
    if (load <= 0)
      return {};
    return {worker_moments(known_.workers[slot(worker)], load), {}, {worker}};
  }

  subtree of_edge(node_id edge) const {
    subtree found = below(edge, how_.relayed ? layer{} : how_.edges[slot(edge.number)]);
    const moments link = edge_moments(known_.edges[slot(edge.number)]);
    found.time.mean_s += link.mean_s;
    // Its delay is part of the time of every worker below it.
    found.time.variance += static_cast<double>(found.workers.size()) * link.variance;
    found.edges.push_back(edge.number);
    return found;
  }

  const planned_cluster& known_;
  const scheme& how_;
};

}  // namespace

selection select(const planned_cluster& known, const scheme& how) {
  subtree all = selector{known, how}.below({role::coordinator, 0},
                                           how.relayed ? layer{} : how.root);
  std::ranges::sort(all.edges);
  std::ranges::sort(all.workers);
  const double count = static_cast<double>(all.workers.size());
  return {.edges = std::move(all.edges),
          .workers = std::move(all.workers),
          .surrogate_s = all.time.mean_s,
          .bound_s = count > 0 ? std::sqrt((count - 1) / count * all.time.variance) : 0};
}

}  // namespace echelon::coding::planning
