#pragma once

#include <optional>

#include "actors/training.hpp"
#include "algorithms/hierarchy/periods.hpp"
#include "experiments/scenario/policy_catalogues.hpp"
#include "experiments/scenario/scenario.hpp"

namespace echelon::experiments {

/// What [hierarchy] says of the run: periods, participation, weights. Needs the plan.
/// Errors: what does not fit the tree or the plan, at its key.
result<void> set_levels(actors::training_setup& setup, const scenario& built);

/// The periods of a run whose workers take steps of their own; nullopt: they send gradients, or
/// changes after each step. Errors: periods that do not fit the tree.
result<std::optional<hierarchy::periods>> periods_of(const actors::training_setup& setup,
                                                     const scenario& built);

/// Who computes whose data: `groups` and `regroup`. Needs the dealt parts.
result<void> set_groups(actors::training_setup& setup, const scenario& built,
                        const policy_catalogues& policies);

}  // namespace echelon::experiments
