#pragma once

#include <span>
#include <vector>

#include "algorithms/hierarchy/divergence.hpp"
#include "algorithms/hierarchy/golden_section.hpp"
#include "algorithms/hierarchy/periods.hpp"
#include "algorithms/hierarchy/tiers.hpp"

namespace echelon::hierarchy {

/// The problem, as far as the bounds know it.
struct descent {
  double gap = 0;         ///< f(w_0) - f*
  double smoothness = 0;  ///< L of every F_j; above zero
  double noise = 0;       ///< sigma^2 of one worker's gradient
};

/// How much of noise and heterogeneity one level averages away.
struct level_share {
  double noise = 0;       ///< nu_l = s_l - s_{l-1}; they sum to 1 - sum p_j^2
  double divergence = 0;  ///< eps_l^2
};

/// A tree with its divergences, as far as the bounds know it.
struct drift_profile {
  double noise_floor = 0;  ///< s_0 = sum p_j^2: noise that is left in the mean of all workers
  std::vector<level_share> levels;

  /// A fixed grouping with measured divergences, one a level.
  static drift_profile of(const tiers& where, const divergences& apart);
  /// Uniform random groups of equal size: expected divergences. `node_counts` are N_0 = 1 ... N_M.
  static drift_profile random(std::span<const index> node_counts, double total_divergence);
};

/// A bound on (1/T) sum_t E||grad f(mean of all models at t)||^2, by what causes it.
struct bound_terms {
  double start = 0;  ///< 2 (f(w_0) - f*) / (gamma T)
  double noise = 0;  ///< gamma L sigma^2 sum p_j^2
  std::vector<double> drift_by_level;

  double drift() const;
  double total() const { return start + noise + drift(); }
};

/// The bound (H-M) of specification 7.2 [R][V], for any tree and weights: P_l from `when`, gamma
/// the rate. Terms are +infinity where gamma L > 1 or q_1 = 3 gamma^2 L^2 P_1 (P_1 - 1) >= 1. Cost:
/// O(levels).
bound_terms fixed_bound(const descent& problem, const drift_profile& where, const periods& when,
                        double rate, double steps);

/// The same with group-specific I_k [R]: the last level's term is summed over the lowest groups,
/// whose `group_apart` are their eps_k^2; the last divergence of `where` is not used.
bound_terms grouped_bound(const descent& problem, const tiers& where, const divergences& apart,
                          std::span<const double> group_apart, const periods& when, double rate,
                          double steps);

/// (H-M') of 7.2 [R]: every product of 1 / (1 - q) replaced by 2, which rate <= simple_rate_max
/// allows; +infinity above. With drift_profile::random it is (H-R) of 7.3 [R].
bound_terms simple_bound(const descent& problem, const drift_profile& where, const periods& when,
                         double rate, double steps);
/// 1 / (L P_1 sqrt(6 M)).
double simple_rate_max(double smoothness, const periods& when);
/// Where (H-M) ends to be finite: the lesser of 1 / L and the rate of q_1 = 1.
double fixed_rate_max(double smoothness, const periods& when);

/// The rate of the least (H-M) after so many steps, and that bound; by golden section, as the bound
/// is convex in the rate. A problem whose bound falls to the end of the range gets its end.
minimum best_rate(const descent& problem, const drift_profile& where, const periods& when,
                  double steps);

/// P_eq: local SGD of this period drifts as much in (H-R) where heterogeneity dominates:
/// (P - 1)(2P - 1) = B, the mean of (P_l - 1)(2P_l - 1) weighted by (N_l - N_{l-1}) / (n - 1).
/// Source: specification 7.4 [R].
double equivalent_period(std::span<const index> node_counts, const periods& when);

}  // namespace echelon::hierarchy
