#include "algorithms/hierarchy/bounds.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "algorithms/base/contract.hpp"

namespace echelon::hierarchy {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// (P - 1)[noise_share sigma^2 + (2P - 1) eps^2]: b_l of specification 7.2 but for gamma^2.
double drift_of(double period, double noise, double divergence) {
  return (period - 1) * (noise + (2 * period - 1) * divergence);
}

/// q_l.
double feedback(double rate, double smoothness, double period) {
  const double scaled = rate * smoothness;
  return 3 * scaled * scaled * period * (period - 1);
}

bound_terms without_drift(const descent& problem, double noise_floor, double rate, double steps) {
  expects(problem.smoothness > 0 && rate > 0 && steps > 0);
  return {2 * problem.gap / (rate * steps),
          rate * problem.smoothness * problem.noise * noise_floor,
          {}};
}

std::vector<double> drifts(const descent& problem, const drift_profile& where,
                           const periods& when) {
  expects(std::ssize(where.levels) == when.levels());
  std::vector<double> found;
  for (index level = 1; level <= when.levels(); ++level) {
    const level_share& share = where.levels[slot(level - 1)];
    found.push_back(drift_of(static_cast<double>(when.at(level)), share.noise * problem.noise,
                             share.divergence));
  }
  return found;
}

/// Calls use(term) for each level: L^2 gamma^2 times its drift, over the product of its own and all
/// higher 1 - q_m.
template <class Use>
void unroll(std::span<const double> drift, double smoothness, const periods& when, double rate,
            Use&& use) {
  const double scaled = rate * smoothness;
  double factor = scaled <= 1 ? scaled * scaled : infinity;
  for (index level = 1; level <= when.levels(); ++level) {
    const double q = feedback(rate, smoothness, static_cast<double>(when.at(level)));
    factor = q < 1 ? factor / (1 - q) : infinity;
    // Beyond its conditions the bound says nothing, even of levels that do not drift.
    use(factor == infinity ? infinity : factor * drift[slot(level - 1)]);
  }
}

std::vector<double> unrolled(std::span<const double> drift, double smoothness, const periods& when,
                             double rate) {
  std::vector<double> terms;
  unroll(drift, smoothness, when, rate, [&](double term) { terms.push_back(term); });
  return terms;
}

}  // namespace

drift_profile drift_profile::of(const tiers& where, const divergences& apart) {
  expects(std::ssize(apart.by_level) == where.levels());
  drift_profile found{where.noise_share(0), {}};
  double above = found.noise_floor;
  for (index level = 1; level <= where.levels(); ++level) {
    const double share = where.noise_share(level);
    // Rounding may leave a level without averaging a hair below zero.
    found.levels.push_back({std::max(0.0, share - above), apart.by_level[slot(level - 1)]});
    above = share;
  }
  return found;
}

drift_profile drift_profile::random(std::span<const index> node_counts, double total_divergence) {
  const divergences expected = expected_divergences(node_counts, total_divergence);
  const auto workers = static_cast<double>(node_counts.back());
  drift_profile found{1 / workers, {}};
  for (std::size_t level = 1; level < node_counts.size(); ++level)
    found.levels.push_back(
        {static_cast<double>(node_counts[level] - node_counts[level - 1]) / workers,
         expected.by_level[level - 1]});
  return found;
}

double bound_terms::drift() const {
  return std::accumulate(drift_by_level.begin(), drift_by_level.end(), 0.0);
}

bound_terms fixed_bound(const descent& problem, const drift_profile& where, const periods& when,
                        double rate, double steps) {
  bound_terms found = without_drift(problem, where.noise_floor, rate, steps);
  found.drift_by_level = unrolled(drifts(problem, where, when), problem.smoothness, when, rate);
  return found;
}

bound_terms grouped_bound(const descent& problem, const tiers& where, const divergences& apart,
                          std::span<const double> group_apart, const periods& when, double rate,
                          double steps) {
  const auto groups = where.nodes(where.levels() - 1);
  expects(groups.size() == group_apart.size());
  const drift_profile profile = drift_profile::of(where, apart);
  std::vector<double> found = drifts(problem, profile, when);
  found.back() = 0;
  for (std::size_t group = 0; group < groups.size(); ++group) {
    const tier_node& here = groups[group];
    if (here.weight == 0)
      continue;
    const double noise = here.weight - here.square_weights / here.weight;
    found.back() += drift_of(static_cast<double>(when.of_group(static_cast<index>(group))),
                             noise * problem.noise, here.weight * group_apart[group]);
  }
  bound_terms terms = without_drift(problem, profile.noise_floor, rate, steps);
  terms.drift_by_level = unrolled(found, problem.smoothness, when, rate);
  return terms;
}

bound_terms simple_bound(const descent& problem, const drift_profile& where, const periods& when,
                         double rate, double steps) {
  bound_terms found = without_drift(problem, where.noise_floor, rate, steps);
  const double scaled = rate * problem.smoothness;
  const bool holds = rate <= simple_rate_max(problem.smoothness, when);
  found.drift_by_level = drifts(problem, where, when);
  for (double& term : found.drift_by_level)
    term = holds ? 2 * scaled * scaled * term : infinity;
  return found;
}

double simple_rate_max(double smoothness, const periods& when) {
  expects(smoothness > 0);
  return 1 / (smoothness * static_cast<double>(when.at(1)) *
              std::sqrt(6 * static_cast<double>(when.levels())));
}

double fixed_rate_max(double smoothness, const periods& when) {
  expects(smoothness > 0);
  const auto longest = static_cast<double>(when.at(1));
  return 1 / (smoothness * std::max(1.0, std::sqrt(3 * longest * (longest - 1))));
}

minimum best_rate(const descent& problem, const drift_profile& where, const periods& when,
                  double steps) {
  constexpr double range = 1e12;
  const double most = fixed_rate_max(problem.smoothness, when);
  const std::vector<double> drift = drifts(problem, where, when);
  const bound_terms unit = without_drift(problem, where.noise_floor, 1, steps);
  return golden_section(most / range, most, [&](double rate) {
    double total = unit.start / rate + unit.noise * rate;
    unroll(drift, problem.smoothness, when, rate, [&](double term) { total += term; });
    return total;
  });
}

double equivalent_period(std::span<const index> node_counts, const periods& when) {
  expects(std::ssize(node_counts) == when.levels() + 1);
  const divergences shares = expected_divergences(node_counts, 1);
  double drift = 0;
  for (index level = 1; level <= when.levels(); ++level) {
    const auto period = static_cast<double>(when.at(level));
    drift += shares.by_level[slot(level - 1)] * (period - 1) * (2 * period - 1);
  }
  return (3 + std::sqrt(1 + 8 * drift)) / 4;
}

}  // namespace echelon::hierarchy
