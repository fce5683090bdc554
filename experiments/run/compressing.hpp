#pragma once

#include "actors/training.hpp"
#include "experiments/scenario/policy_catalogues.hpp"
#include "experiments/scenario/scenario.hpp"

namespace echelon::experiments {

/// What [compression] says of the run: how answers are packed, and how much each may send. Needs
/// the plan, the levels, the model and the dealt parts.
/// Errors: what does not go together, at its key.
result<void> set_compression(actors::training_setup& setup, const scenario& built,
                             const policy_catalogues& policies);

}  // namespace echelon::experiments
