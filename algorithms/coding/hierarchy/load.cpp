#include "algorithms/coding/hierarchy/load.hpp"

#include <algorithm>
#include <numeric>

#include "algorithms/base/contract.hpp"
#include "algorithms/coding/part_runs.hpp"

namespace echelon::coding {
namespace {

result<void> check(std::span<const index> workers, index parts,
                   const hierarchy_tolerance& tolerance) {
  const index edges = std::ssize(workers);
  expects(edges > 0 &&
          (tolerance.workers.size() == 1 || tolerance.workers.size() == workers.size()));
  if (parts < 1)
    return fail(errc::bad_input, "coding.parts: {} is no number of parts; it must be at least 1",
                parts);
  if (tolerance.edges < 0 || tolerance.edges >= edges)
    return fail(errc::bad_input,
                "coding.edge_stragglers: {} of {} edges leave none to answer; it must be between 0 "
                "and {}",
                tolerance.edges, edges, edges - 1);
  for (index edge = 0; edge < edges; ++edge)
    if (const index lost = tolerance.of_edge(edge); lost < 0 || lost >= workers[slot(edge)])
      return fail(errc::bad_input,
                  "coding.worker_stragglers: {} of the {} workers of edge/{} leave nobody to "
                  "answer; it must be between 0 and {}",
                  lost, workers[slot(edge)], edge, workers[slot(edge)] - 1);
  return {};
}

index ceiling_ratio(index above, index below) { return (above + below - 1) / below; }

}  // namespace

double joint_capacity(std::span<const double> capacities, index stragglers) {
  expects(stragglers >= 0 && stragglers < std::ssize(capacities));
  std::vector<double> ascending(capacities.begin(), capacities.end());
  std::ranges::sort(ascending);
  double rest = std::accumulate(ascending.begin(), ascending.end(), 0.0);
  // The strongest hold all parts, one after the other, until the others need not.
  for (index full = 0; full < stragglers; ++full) {
    const double strongest = ascending[ascending.size() - 1 - slot(full)];
    const double parts = rest / static_cast<double>(stragglers + 1 - full);
    if (strongest <= parts)
      return parts;
    rest -= strongest;
  }
  return rest;
}

result<hierarchy_load> load_of(std::span<const index> workers_per_edge, index parts,
                               const hierarchy_tolerance& tolerance) {
  ECHELON_CHECK(check(workers_per_edge, parts, tolerance));
  std::vector<double> capacities;
  for (index edge = 0; edge < std::ssize(workers_per_edge); ++edge)
    capacities.push_back(static_cast<double>(workers_per_edge[slot(edge)]) /
                         static_cast<double>(tolerance.of_edge(edge) + 1));
  const double copies = static_cast<double>(parts * (tolerance.edges + 1));
  hierarchy_load load;
  load.edge_parts = quotas(capacities, parts * (tolerance.edges + 1), parts);
  load.theorem = copies / std::accumulate(capacities.begin(), capacities.end(), 0.0);
  load.optimum = static_cast<double>(parts) / joint_capacity(capacities, tolerance.edges);
  for (index edge = 0; edge < std::ssize(workers_per_edge); ++edge) {
    const index workers = workers_per_edge[slot(edge)];
    const index held = load.edge_parts[slot(edge)] * (tolerance.of_edge(edge) + 1);
    if (held < workers)
      return fail(errc::bad_input,
                  "coding.parts: {} parts leave workers of edge/{} without work; it must be more, "
                  "best a multiple of {}",
                  parts, edge,
                  least_parts(workers_per_edge, tolerance.edges, tolerance.of_edge(edge)));
    load.edge_loads.push_back(ceiling_ratio(held, workers));
  }
  load.load_parts = std::ranges::max(load.edge_loads);
  return load;
}

index least_parts(std::span<const index> workers_per_edge, index edge_stragglers,
                  index worker_stragglers) {
  const index workers = std::accumulate(workers_per_edge.begin(), workers_per_edge.end(), index{0});
  index common = worker_stragglers + 1;
  for (const index edge : workers_per_edge)
    common = std::gcd(common, edge);
  return workers / std::gcd(workers, (edge_stragglers + 1) * common);
}

}  // namespace echelon::coding
