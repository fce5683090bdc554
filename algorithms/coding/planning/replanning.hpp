#pragma once

#include "algorithms/coding/work_plan.hpp"

namespace echelon::coding::planning {

/// Whether another plan is worth its data.
struct replan_question {
  double current_mean_s = 0;  ///< predicted time of a round as it is
  double planned_mean_s = 0;  ///< and as it would be
  index rounds_left = 0;
  index parts_moved = 0;  ///< to the worker that needs most new ones: links work side by side
  double bytes_per_part = 0;
  double bandwidth_bps = 0;  ///< bits a second of a worker's link; 0: unlimited
};

/// Seconds until the data is where the other plan needs it.
double moving_s(const replan_question& asked);
/// Re-plan only if predicted gain times remaining rounds exceeds the cost of moving data
/// (specification 5.6).
bool replanning_pays(const replan_question& asked);

/// Parts that each worker needs under another plan and does not hold under this one.
std::vector<index> parts_newly_needed(const work_plan& now, const work_plan& then);

}  // namespace echelon::coding::planning
