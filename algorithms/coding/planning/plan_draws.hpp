#pragma once

#include "algorithms/coding/planning/scheme.hpp"
#include "algorithms/coding/work_plan.hpp"

namespace echelon::coding::planning {

/// Rounds drawn for a scheme without a known law.
inline constexpr index draws_default = 500;

struct drawn_prediction {
  prediction time;
  double load_parts = 0;  ///< that the busiest worker computes in a round, on average
};

/// Predicts a plan's time of a round by drawing rounds: the plan's own rounds of its codes are told
/// of progress, answers and timers, and what they order is done. The draws are the same for all
/// plans, so that differences between them are less noisy than they are themselves. Control
/// messages take no time. Errors: a drawn round that cannot be decoded.
result<drawn_prediction> predict_by_draws(const planned_cluster& known, const work_plan& plan,
                                          index draws = draws_default);

}  // namespace echelon::coding::planning
