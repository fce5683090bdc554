#include "algorithms/coding/planning/jncss.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "algorithms/coding/hierarchy/load.hpp"

namespace echelon::coding::planning {
namespace {

/// Polynomial codes at both layers of a tree, or over the workers of a star.
scheme polynomial_scheme(const tree& topology, index s_e, index s_w, double load) {
  return {.root = {topology.is_star() ? s_w : s_e},
          .edges = std::vector<layer>(slot(topology.edges()), layer{s_w}),
          .loads = std::vector<double>(slot(topology.workers()), load)};
}

}  // namespace

result<jncss_table> jncss_table::make(const planned_cluster& known) {
  jncss_table made;
  const tree& topology = known.topology;
  for (const node_id child : topology.children({role::coordinator, 0}))
    if (child.kind == role::edge)
      made.counts_.push_back(std::ssize(topology.children(child)));
  if (topology.is_star())
    made.counts_ = {topology.workers()};
  if (topology.depth() > 2 ||
      std::accumulate(made.counts_.begin(), made.counts_.end(), index{0}) != topology.workers())
    return fail(errc::not_supported,
                "coding.plan: this tree is {} levels deep, or has workers beside edges; a planner "
                "needs a star, or edges that hold all workers",
                topology.depth());
  for (const node_delays& worker : known.workers) {
    made.fixed_s_.push_back(worker_moments(worker, 0).mean_s);
    made.per_part_s_.push_back(worker_moments(worker, 1).mean_s - made.fixed_s_.back());
  }
  for (const node_delays& edge : known.edges)
    made.edge_s_.push_back(edge_moments(edge).mean_s);
  if (topology.is_star())
    made.edge_s_ = {0};
  return made;
}

index jncss_table::workers_least() const { return std::ranges::min(counts_); }

double jncss_table::edge_s(index edge, index waited, double load) const {
  const index first = std::accumulate(counts_.begin(), counts_.begin() + edge, index{0});
  times_.clear();
  for (index worker = first; worker < first + counts_[slot(edge)]; ++worker)
    times_.push_back(per_part_s_[slot(worker)] * load + fixed_s_[slot(worker)]);
  const auto last = times_.begin() + waited - 1;
  std::ranges::nth_element(times_, last);
  return *last + edge_s_[slot(edge)];
}

double jncss_table::surrogate_s(index edge_stragglers, index worker_stragglers, double load) const {
  std::vector<double> edge_times;
  for (index edge = 0; edge < edges(); ++edge)
    edge_times.push_back(edge_s(edge, counts_[slot(edge)] - worker_stragglers, load));
  const auto last = edge_times.begin() + edges() - edge_stragglers - 1;
  std::ranges::nth_element(edge_times, last);
  return *last;
}

result<std::vector<ranked_tolerance>> rank_by_means(const planned_cluster& known, index parts) {
  ECHELON_TRY(const jncss_table table, jncss_table::make(known));
  const auto load = [&](index s_e, index s_w) {
    return load_of(table.worker_counts(), parts, {.edges = s_e, .workers = {s_w}});
  };
  std::vector<ranked_tolerance> pairs;
  for (index s_e = 0; s_e < table.edges(); ++s_e)
    for (index s_w = 0; s_w < table.workers_least(); ++s_w) {
      const auto dealt = load(s_e, s_w);
      if (!dealt)
        continue;  // too few parts for so few copies; more may do
      const double busiest = static_cast<double>(dealt->load_parts);
      pairs.push_back({s_e, s_w, busiest, table.surrogate_s(s_e, s_w, busiest)});
    }
  if (pairs.empty())
    return pass_on(load(0, 0));
  std::ranges::stable_sort(pairs, {}, &ranked_tolerance::surrogate_s);
  return pairs;
}

result<jncss_choice> jncss(const planned_cluster& known, index parts) {
  ECHELON_TRY(const auto pairs, rank_by_means(known, parts));
  const auto& [s_e, s_w, busiest, surrogate_s] = pairs.front();
  return jncss_choice{
      .edge_stragglers = s_e,
      .worker_stragglers = s_w,
      .load_parts = busiest,
      .waits_for = select(known, polynomial_scheme(known.topology, s_e, s_w, busiest))};
}

}  // namespace echelon::coding::planning
