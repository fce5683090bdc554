#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "algorithms/coding/planning/planned_cluster.hpp"

// The clusters of specification 6.3: four edges of ten workers, forty parts.
namespace echelon::coding::planning {

inline delay_law plain_worker() {
  return {.compute_shift_s = 10,
          .compute_rate_per_s = 0.1,
          .link_down_s = 10,
          .link_up_s = 10,
          .link_loss = 0.1};
}

inline delay_law edge_link(double link_s, double loss) {
  return {.link_down_s = link_s, .link_up_s = link_s, .link_loss = loss};
}

inline planned_cluster alike(index edges, index workers, const delay_law& worker,
                             const delay_law& edge) {
  const value_list below(static_cast<std::size_t>(edges),
                         value{static_cast<std::int64_t>(workers)});
  planned_cluster made;
  made.topology = tree::from_edges(below).value();
  made.workers.assign(static_cast<std::size_t>(edges * workers), {worker});
  made.edges.assign(static_cast<std::size_t>(edges), {edge});
  return made;
}

/// A: homogeneous, nobody slow.
inline planned_cluster cluster_a() { return alike(4, 10, plain_worker(), edge_link(20, 0.1)); }

/// A, in which every worker and every edge is slow in a tenth of all rounds.
inline planned_cluster transient_cluster(double factor, double probability = 0.1) {
  delay_law worker = plain_worker();
  delay_law edge = edge_link(20, 0.1);
  worker.slow_probability = edge.slow_probability = probability;
  worker.slow_factor = edge.slow_factor = factor;
  return alike(4, 10, worker, edge);
}

/// B: the last two workers of each edge and the last edge are always slow.
inline planned_cluster cluster_b() {
  planned_cluster made = cluster_a();
  for (std::size_t edge = 0; edge < 4; ++edge)
    for (std::size_t worker = 8; worker < 10; ++worker)
      made.workers[10 * edge + worker].law = {.compute_shift_s = 40,
                                              .compute_rate_per_s = 0.02,
                                              .link_down_s = 40,
                                              .link_up_s = 40,
                                              .link_loss = 0.4};
  made.edges[3].law = edge_link(150, 0.5);
  return made;
}

/// C: every worker is different; edges as in B.
inline planned_cluster cluster_c() {
  planned_cluster made = cluster_b();
  const auto fraction = [](double y) { return y - std::floor(y); };
  for (std::size_t worker = 0; worker < 40; ++worker) {
    const double q = static_cast<double>(worker) + 1;
    const double link = 5 + 45 * fraction(0.5698402910 * q);
    made.workers[worker].law = {.compute_shift_s = 5 + 45 * fraction(0.6180339887 * q),
                                .compute_rate_per_s = 0.02 + 0.18 * fraction(0.7548776662 * q),
                                .link_down_s = link,
                                .link_up_s = link,
                                .link_loss = 0.05 + 0.45 * fraction(0.8191725134 * q)};
  }
  return made;
}

}  // namespace echelon::coding::planning
