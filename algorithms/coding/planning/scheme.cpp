#include "algorithms/coding/planning/scheme.hpp"

#include <algorithm>
#include <functional>
#include <numeric>

#include "algorithms/base/contract.hpp"
#include "algorithms/base/portable_math.hpp"
#include "algorithms/coding/planning/relayed.hpp"
#include "algorithms/coding/uncoded.hpp"

namespace echelon::coding::planning {
namespace {

/// What is left of a law's probability beyond the first, generous end of the grid.
constexpr double beyond_grid = 1e-9;
/// What may be left beyond the end of the final grid.
constexpr double beyond_end = 1e-7;
constexpr index points_search = 64;

std::vector<index> kinds(std::span<const node_delays> nodes) {
  std::vector<index> found;
  std::vector<index> first;
  for (const node_delays& node : nodes) {
    const auto same = std::ranges::find_if(
        first, [&](index earlier) { return nodes[slot(earlier)] == node; });
    if (same == first.end())
      first.push_back(std::ssize(found));
    found.push_back(same == first.end() ? std::ssize(first) - 1 : same - first.begin());
  }
  return found;
}

/// By when a node is done but for `beyond_grid`, generously.
double late_s(const node_delays& node, double parts) {
  const delay_law& law = node.law;
  double most = 0;
  for (const node_round& round : node.rounds)
    most = std::max(most, round.part_s * parts + round.link_s());
  if (node.rounds.empty()) {
    const double folds = -log_portable(beyond_grid);
    const double spread = law.compute_rate_per_s > 0 ? folds / law.compute_rate_per_s : 0;
    const double tries = law.link_loss > 0 ? 1 + folds / -log_portable(law.link_loss) : 1;
    most = (law.compute_shift_s + spread) * parts + tries * (law.link_down_s + law.link_up_s);
    most *= law.slow_probability > 0 ? law.slow_factor : 1;
  }
  return most + node.transfer_s;
}

completion by_layer(const layer& how, std::span<const completion* const> children,
                    const time_grid& grid) {
  completion all = at_once(grid);
  if (children.empty())
    return all;
  if (how.groups.empty())
    return all_but(children, std::min(how.stragglers, std::ssize(children) - 1));
  expects(how.groups.size() == children.size());
  std::vector<std::vector<const completion*>> groups(slot(std::ranges::max(how.groups) + 1));
  for (std::size_t child = 0; child < children.size(); ++child)
    groups[slot(how.groups[child])].push_back(children[child]);
  for (const auto& group : groups)
    std::ranges::transform(all, any_of(group), all.begin(), std::multiplies{});
  return all;
}

}  // namespace

layer replicas(std::span<const double> capacities, index stragglers) {
  const index count = std::ssize(capacities);
  const index groups = std::max<index>(1, count / (stragglers + 1));
  std::vector<index> order(slot(count));
  std::iota(order.begin(), order.end(), index{0});
  std::ranges::stable_sort(order, std::greater{}, [&](index i) { return capacities[slot(i)]; });
  const auto bounds = even_cuts(count, groups);
  layer made{.stragglers = stragglers, .groups = std::vector<index>(slot(count))};
  for (index group = 0; group < groups; ++group)
    for (index place = bounds[slot(group)]; place < bounds[slot(group) + 1]; ++place)
      made.groups[slot(order[slot(place)])] = group;
  return made;
}

evaluator::evaluator(const planned_cluster& known)
    : known_(known), worker_kinds_(kinds(known.workers)), edge_kinds_(kinds(known.edges)) {}

std::vector<const completion*> grid_evaluator::heard(const scheme& how, node_id node) {
  std::vector<const completion*> children;
  for (const node_id child : known_.topology.children(node))
    if (const completion* done = child.kind == role::worker ? of_worker(how, child.number)
                                                            : of_edge(how, child))
      children.push_back(done);
  return children;
}

/// nullptr where there is nothing to wait for.
const completion* grid_evaluator::of_worker(const scheme& how, index worker) {
  const double load = how.loads[slot(worker)];
  if (load <= 0)
    return nullptr;
  const auto [found, added] = workers_.try_emplace({worker_kinds_[slot(worker)], load});
  if (added)
    found->second = after_worker(grid_, known_.workers[slot(worker)], load);
  return &found->second;
}

const completion* grid_evaluator::of_edge(const scheme& how, node_id edge) {
  const std::vector<const completion*> children = heard(how, edge);
  if (children.empty())
    return nullptr;
  const layer& rule = how.edges[slot(edge.number)];
  const auto [found, added] = edges_.try_emplace({edge_kinds_[slot(edge.number)], rule, children});
  if (added)
    found->second = after_edge(by_layer(rule, children, grid_), grid_,
                               known_.edges[slot(edge.number)]);
  return &found->second;
}

completion grid_evaluator::relayed(const scheme& how) {
  std::vector<relaying_edge> edges;
  for (const node_id edge : known_.topology.children({role::coordinator, 0})) {
    expects(edge.kind == role::edge);
    edges.push_back({heard(how, edge), &known_.edges[slot(edge.number)]});
  }
  return relayed_all_but(edges, how.root.stragglers, grid_);
}

completion grid_evaluator::done(const scheme& how) {
  if (how.relayed)
    return relayed(how);
  return by_layer(how.root, heard(how, {role::coordinator, 0}), grid_);
}

bool evaluator::covers(const scheme& how) { return !how.relayed || how.root.groups.empty(); }

double evaluator::latest_s(const scheme& how) const {
  double workers = 0;
  for (std::size_t worker = 0; worker < how.loads.size(); ++worker)
    if (how.loads[worker] > 0)
      workers = std::max(workers, late_s(known_.workers[worker], how.loads[worker]));
  double edges = 0;
  for (const node_delays& edge : known_.edges)
    edges = std::max(edges, late_s(edge, 0));
  return workers + static_cast<double>(known_.topology.depth() - 1) * edges;
}

prediction evaluator::predict(const scheme& how, index points) const {
  double end = latest_s(how);
  if (end <= 0)
    return {};
  // The slowest nodes stretch the first grid; what matters may lie in a small part of it.
  for (bool narrowed = true; narrowed;) {
    const time_grid grid{end / static_cast<double>(points_search - 1), points_search};
    const completion rough = on(grid).done(how);
    const double sure = quantile_s(rough, grid, 1 - beyond_end) + grid.step_s;
    narrowed = sure < end / 2;
    end = std::min(end, sure);
  }
  const time_grid grid{end / static_cast<double>(points - 1), points};
  const completion certain = on(grid).done(how);
  return {.mean_s = mean_s(certain, grid), .p95_s = quantile_s(certain, grid, 0.95)};
}

}  // namespace echelon::coding::planning
