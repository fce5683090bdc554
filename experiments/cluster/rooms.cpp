#include "experiments/cluster/rooms.hpp"

#include <algorithm>

namespace echelon::experiments {
namespace {

std::size_t model_bytes(const actors::training_setup& setup) {
  const learning::model& model = *setup.model;
  return slot(model.parameter_count() + model.buffer_count()) * bytes_of(model.kind());
}

/// Messages of codes that cut vectors are never longer than two of the model.
constexpr std::size_t stacks_max = 2;
/// A packed message says which positions it holds: no more than the values, and some headers.
constexpr std::size_t headers_max = 4096;

result<void> check(const remote::arrival& what, std::size_t bytes_max) {
  for (const std::size_t size : what.sizes)
    if (size > bytes_max)
      return fail(errc::bad_input, "{} from {} is {} bytes long; the plan says at most {}",
                  what.message, what.peer, size, bytes_max);
  return {};
}

}  // namespace

std::function<result<void>(const remote::arrival&)>
room_for_answers(const actors::training_setup& setup) {
  return [bytes = setup.gradients ? stacks_max * model_bytes(setup) + headers_max
                                  : 0](const remote::arrival& what) { return check(what, bytes); };
}

result<void> room_at_node(const actors::training_setup_ptr& setup, const remote::arrival& what) {
  constexpr std::size_t models_of_peers_max = 4;
  if (setup == nullptr)
    return {};
  if (setup->peers)
    return check(what, models_of_peers_max * model_bytes(*setup));
  if (!what.message.starts_with("round_start") && !what.message.starts_with("coded_gradient"))
    return {};
  return check(what, setup->gradients ? stacks_max * model_bytes(*setup) + headers_max : 0);
}

}  // namespace echelon::experiments
