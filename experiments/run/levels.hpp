#pragma once

#include "actors/training.hpp"
#include "experiments/scenario/policy_catalogues.hpp"
#include "experiments/scenario/scenario.hpp"

namespace echelon::experiments {

/// What [hierarchy] says of the run: periods, participation, weights. Needs the plan.
/// Errors: what does not fit the tree or the plan, at its key.
result<void> set_levels(actors::training_setup& setup, const scenario& built);

/// Who computes whose data: `groups` and `regroup`. Needs the dealt parts.
result<void> set_groups(actors::training_setup& setup, const scenario& built,
                        const policy_catalogues& policies);

}  // namespace echelon::experiments
