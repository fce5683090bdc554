#pragma once

#include "actors/training.hpp"
#include "experiments/scenario/policy_catalogues.hpp"
#include "experiments/scenario/scenario.hpp"

namespace echelon::experiments {

/// What [topology] and [merging] say of a run of peers; nothing where there is a coordinator.
/// Needs the model and the dealt parts.
/// Errors: what does not fit, at its key; those of graphs and weights name the peer.
result<void> set_peers(actors::training_setup& setup, const scenario& built,
                       const policy_catalogues& policies);

}  // namespace echelon::experiments
