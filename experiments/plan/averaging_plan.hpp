#pragma once

#include <map>
#include <optional>
#include <string>

#include "actors/probing.hpp"
#include "actors/training.hpp"
#include "algorithms/hierarchy/frontier.hpp"
#include "experiments/scenario/scenario.hpp"

namespace echelon::experiments {

/// What is predicted of the periods at which a run averages models, from one probe at its first
/// weights. Source: specification 7.2, 7.6, 7.7; reconstruction.
struct averaging_plan {
  hierarchy::averaging_task task;  ///< the problem as the probe sees it, and what hops cost
  hierarchy::divergences apart;
  double gradient_square = 0;
  double rate = 0;                     ///< the scenario's
  double rate_max = 0;                 ///< up to here (H-M) is finite
  hierarchy::bound_terms bound;        ///< (H-M) of the scenario's periods at its rate
  hierarchy::averaging_option own;     ///< the scenario's periods at the rate that suits them best
  hierarchy::averaging_frontier plan;  ///< other periods
  bool random_groups = false;          ///< redrawn groups: what stands here is of the first ones

  /// The least bound in the time the scenario's own periods take.
  const hierarchy::averaging_option& proposal() const {
    return plan.chosen ? *plan.chosen : plan.options.back();
  }
};

/// nullopt where workers take no steps of their own. `setup` is complete; `probe` is of its first
/// model. Errors: a problem without curvature, for which there is nothing to plan.
result<std::optional<averaging_plan>> plan_averaging_of(const actors::training_setup& setup,
                                                        const scenario& built,
                                                        const actors::model_probe& probe);

}  // namespace echelon::experiments
