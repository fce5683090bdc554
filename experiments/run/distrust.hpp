#pragma once

#include "actors/training.hpp"
#include "experiments/scenario/policy_catalogues.hpp"
#include "experiments/scenario/scenario.hpp"

namespace echelon::experiments {

/// Sets what guards a run against workers that lie: coding.verify and [aggregation]. The plan and
/// the compression are set before. Errors: combinations in which they could not do so.
result<void> set_distrust(actors::training_setup& setup, const scenario& built,
                          const policy_catalogues& policies);

}  // namespace echelon::experiments
