#include "algorithms/merging/mixing/reference_rules.hpp"

#include "algorithms/merging/mixing/rule_parameters.hpp"

namespace echelon::merging {

void all_reduce::adapt(peer_state& state, const local_step& step) const {
  follow_batch(state, step);
  block_builder& message = state.slots.at(0);
  assign_sum(message, state.trained(), {{1, step.gradient}});
  assign_sum(message, state.measured(), {{1, state.model}});
}

parcel all_reduce::offer(peer_state& state, index, double) const {
  return {{frozen_copy(state.slots.at(0))}, {}};
}

void all_reduce::combine(peer_state& state, double self, std::span<const arrival> arrived) const {
  block_builder& mean = state.slots.at(0);
  mix(mean, state.all(), self, arrived);
  assign_sum(state.model, state.trained(), {{1, state.model}, {-state.rate, mean}});
  assign_sum(state.model, state.measured(), {{1, mean}});
  ++state.steps;
}

std::vector<parameter> fed_avg::declared() { return {local_steps_parameter()}; }

result<fed_avg> fed_avg::make(const parameters& given) {
  return fed_avg{given.integer("local_steps")};
}

bool fed_avg::mixes(index step, random_stream&) const { return (step + 1) % local_steps_ == 0; }

}  // namespace echelon::merging
