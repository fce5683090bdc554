#pragma once

#include "algorithms/base/running_mean.hpp"
#include "algorithms/base/types.hpp"

namespace echelon::compression {

/// What the controller knows of a run. A plain value.
struct threshold_state {
  double threshold = 0;     ///< the mean threshold in force; 0: none yet
  double debt = 0;          ///< spent beyond the budget since the start; rounds' budgets
  running_mean spent{0.1};  ///< a round's spending over its budget
  index rounds = 0;

  bool operator==(const threshold_state&) const = default;
};

/// Moves the mean threshold so that traffic, which the data decide, meets a budget over time. One
/// scalar goes out; the senders' thresholds are fixed multiples of it.
///
/// After `warm_rounds` with any threshold the drift law gives one: a coordinate of mean magnitude a
/// passes a threshold every threshold / a rounds. Then each round
///   log threshold += gain_rate log(spent / budget) + gain_debt debt, at most a factor of 2,
/// where the debt is the integral of what was overspent: without it a start far off is never paid
/// back. Debt also narrows the cap on a burst, so that overspending stays below `allowance_rounds`
/// whatever the data do. Source: reconstruction; the debt term and the allowance are Echelon's.
class threshold_controller {
public:
  static constexpr index warm_rounds = 20;
  static constexpr double gain_rate = 0.05;
  static constexpr double gain_debt = 0.005;
  static constexpr double step_max = 2;
  static constexpr double allowance_rounds = 5;
  static constexpr double burst_max = 10;

  /// How many rounds' budgets all may send in the next round at most, in [0, burst_max].
  static double allowance(const threshold_state& state);
  /// Books a round that spent `spent` times its budget, and moves the threshold. `drift_start`: the
  /// drift law's mean threshold; 0: unknown, the threshold stays where it is at the end of the
  /// warm-up.
  static void observe(double spent, double drift_start, threshold_state& state);
};

}  // namespace echelon::compression
