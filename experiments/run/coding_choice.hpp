#pragma once

#include "algorithms/coding/work_plan.hpp"
#include "experiments/scenario/scenario.hpp"

namespace echelon::experiments {

/// What [coding] asks for, before any planner has a say.
/// Errors: tolerances that are no numbers, layers that are no names.
result<coding::plan_choice> coding_choice(const scenario& built);

}  // namespace echelon::experiments
