#pragma once

#include <functional>

#include "actors/remote/gateway_settings.hpp"
#include "actors/training.hpp"

namespace echelon::experiments {

/// What large values a parent lets in: answers of the length that the run's plan gives them.
std::function<result<void>(const remote::arrival&)>
room_for_answers(const actors::training_setup& setup);

/// What a node's process lets in of its role: a child models and answers, a peer a neighbour's
/// model, gradient or running sums, twice over in double. While the run is not known yet, `setup`
/// is null: then scenarios and samples are within the gateway's own limits.
result<void> room_at_node(const actors::training_setup_ptr& setup, const remote::arrival& what);

}  // namespace echelon::experiments
