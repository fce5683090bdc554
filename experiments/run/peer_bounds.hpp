#pragma once

#include "actors/peers/peering.hpp"
#include "actors/training.hpp"
#include "experiments/scenario/scenario.hpp"

namespace echelon::experiments {

/// The convergence bound of decentralised SGD on a run of peers, by name: `bound_merging` on the
/// mean of |grad f(mean model)|^2, `bound_disagreement` on that of the peers' disagreement,
/// `rate_max_merging`. Where the scenario meets its assumptions: plain SGD at a constant rate, as
/// many steps for everybody between exchanges with neighbours (average, sync, cdsgd), everybody
/// waiting for everybody, a model without buffers; else empty. Constants are estimates, those of
/// the start or of now, whichever are worse; f0 - f* is taken to be the first loss, its upper
/// bound. Source: specification 11.2, 11.4; a reconstruction.
std::function<std::map<std::string, double>(const actors::peer_bound_question&)>
peer_bounds_of(const actors::training_setup& setup, const actors::peering& plan,
               const scenario& built);

}  // namespace echelon::experiments
