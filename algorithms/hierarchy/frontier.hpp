#pragma once

#include <optional>
#include <span>
#include <vector>

#include "algorithms/base/result.hpp"
#include "algorithms/hierarchy/bounds.hpp"

namespace echelon::hierarchy {

/// The links between one level and the next.
struct hop {
  double round_trip_s = 0;   ///< of a message without contents
  double bandwidth_bps = 0;  ///< either way; 0: unlimited

  /// A model up and a model down.
  double exchange_s(double model_bytes) const;
};

/// What a planner of periods starts from.
struct averaging_task {
  descent problem;
  drift_profile where;
  /// For each level, root first, what its averages add: a global average is a local one and one
  /// more exchange with the root, so each hop is charged. The slowest node of a level counts.
  std::vector<double> exchange_s;
  double step_s = 0;               ///< of computing, by the slowest worker
  double steps = 0;                ///< T: those of the run
  index period_max = 1000;         ///< longest P_1 considered
  std::optional<double> wall_s{};  ///< what a run may take, for the choice
};

/// Periods with the rate that suits them best, and what they promise.
struct averaging_option {
  periods when;
  double rate = 0;
  double error = 0;            ///< the bound (H-M) at that rate
  double steps = 0;            ///< T
  double communication_s = 0;  ///< sum over levels of T / P_l exchanges
  double wall_s = 0;           ///< with computing
};

struct averaging_frontier {
  /// After the task's steps: no other considered option has less error in no more communication
  /// time. The least communication first.
  std::vector<averaging_option> options;
  /// Of the least error among those that use up the wall budget, each with as many steps as fit;
  /// nullopt without a budget.
  std::optional<averaging_option> chosen;
  index considered = 0;
};

/// What these periods promise after so many steps, above zero.
averaging_option predict(const averaging_task& task, const periods& when, double steps);

/// Enumerates periods whose ratios are products of 2, 3 and 5, optimising the rate of each.
/// Errors: shares and exchanges of different numbers of levels; what is not a finite number from 0
/// on; a smoothness or steps of 0; a budget that fits no step.
/// Cost: at most 4096 options (the longest period is halved until they are that few) of about 45
/// bounds each. Source: specification 7.7 [R]; cost model of items 1, 2: T t_step + sum_l (T / P_l)
/// c_l, both hops charged.
result<averaging_frontier> plan_averaging(const averaging_task& task);

/// The equal-drift trade: the global period with which local averages every `local` steps drift as
/// much as local SGD of period `flat`, for long periods and dominant heterogeneity:
/// G = sqrt(((n - 1) P^2 - (n - N) I^2) / (N - 1)). n >= N > 1, local <= flat.
/// Source: specification 7.7 item 3 [R].
double equal_drift_period(index workers, index groups, double flat, double local);

}  // namespace echelon::hierarchy
