#pragma once

#include <functional>

#include "actors/remote/gateway_settings.hpp"
#include "actors/training.hpp"

namespace echelon::experiments {

/// What large values a parent lets in: answers of the length that the run's plan gives them.
std::function<result<void>(const remote::arrival&)>
room_for_answers(const actors::training_setup& setup);

/// What a child lets in beside: the model. `setup` may be null while the run is not known yet;
/// scenarios and samples are then within the gateway's own limits.
result<void> room_for_model(const actors::training_setup& setup, const remote::arrival& what);

/// What a peer lets in: a neighbour's model, gradient or running sums, twice over in double.
result<void> room_for_parcels(const actors::training_setup& setup, const remote::arrival& what);

}  // namespace echelon::experiments
