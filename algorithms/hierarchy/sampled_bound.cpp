#include "algorithms/hierarchy/sampled_bound.hpp"

#include <algorithm>
#include <limits>

#include "algorithms/base/contract.hpp"

namespace echelon::hierarchy {
namespace {

/// The sums over clusters that the bound is made of.
struct cluster_sums {
  double workers = 0;         ///< m
  double clusters = 0;        ///< M
  double period_max = 0;      ///< I_max
  double periods = 0;         ///< sum (m_i / m) I_i
  double square_periods = 0;  ///< sum (m_i / m) I_i^2
  double square_drifts = 0;   ///< sum (m_i / m) I_i^2 eps_i^2
  double noise = 0;           ///< sum m_i^2 / (m^2 n_i)
  double sampled = 0;         ///< sum m_i^2 a_i / (m^2 n_i)
  double sampled_periods = 0;
  double sampled_drifts = 0;
};

cluster_sums sums_of(std::span<const sampled_cluster> clusters, bool replacement) {
  cluster_sums found;
  for (const sampled_cluster& each : clusters) {
    expects(each.sampled >= 1 && each.sampled <= each.workers && each.period >= 1);
    found.workers += static_cast<double>(each.workers);
  }
  found.clusters = static_cast<double>(clusters.size());
  for (const sampled_cluster& each : clusters) {
    const auto workers = static_cast<double>(each.workers);
    const auto sampled = static_cast<double>(each.sampled);
    const auto period = static_cast<double>(each.period);
    const double share = workers / found.workers;
    const double noise = share * share / sampled;
    // a_i; a cluster of one has nobody to leave out.
    const double left_out = replacement    ? 1
                            : workers == 1 ? 0
                                           : (workers - sampled) / (workers - 1);
    found.period_max = std::max(found.period_max, period);
    found.periods += share * period;
    found.square_periods += share * period * period;
    found.square_drifts += share * period * period * each.divergence;
    found.noise += noise;
    found.sampled += noise * left_out;
    found.sampled_periods += noise * left_out * period;
    found.sampled_drifts += noise * left_out * period * each.divergence;
  }
  return found;
}

}  // namespace

sampled_bound_terms sampled_bound(const sampled_task& task, const sampled_rates& rates,
                                  std::span<const sampled_cluster> clusters) {
  expects(!clusters.empty() && task.smoothness > 0 && task.rounds > 0 && rates.worker > 0);
  const cluster_sums sums = sums_of(clusters, task.replacement);
  const auto period = static_cast<double>(task.period);
  const double outer = rates.cluster * rates.worker;  // eta_c eta
  const double step = rates.master * outer;           // eta_g eta_c eta
  const double scaled = task.smoothness * task.smoothness * rates.worker * rates.worker;
  const double scaled_outer = task.smoothness * task.smoothness * outer * outer * period;
  const double c = 0.5 - 40 * period * scaled_outer - 100 * scaled * sums.square_periods -
                   10 * step * task.smoothness * sums.sampled_periods;
  const bool holds = 10 * sums.period_max * task.smoothness * rates.worker <= 1 &&
                     10 * period * task.smoothness * outer <= 1 &&
                     period * task.smoothness * step <= 1 && c > 0;
  if (!holds) {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    return {infinity, infinity, infinity, infinity};
  }
  const double noise = 9 * scaled_outer * sums.clusters / sums.workers + 8 * scaled * sums.periods;
  const double divergence = 40 * period * scaled_outer + 100 * scaled * sums.square_periods;
  const double drift = noise * task.noise + divergence * task.divergence +
                       75 * scaled * sums.square_drifts;
  const double sampling = 0.75 * sums.sampled * task.noise + 7.5 * sums.sampled_drifts +
                          10 * sums.sampled_periods * task.divergence;
  return {task.gap / (c * step * period * task.rounds), drift / c,
          0.5 * task.smoothness * step * sums.noise * task.noise / c,
          step * task.smoothness * sampling / c};
}

}  // namespace echelon::hierarchy
