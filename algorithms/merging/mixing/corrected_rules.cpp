#include "algorithms/merging/mixing/corrected_rules.hpp"

namespace echelon::merging {
namespace {

constexpr std::size_t tracker_slot = 0;
constexpr std::size_t gradient_slot = 1;  ///< the step's before this one

}  // namespace

void d2::adapt(peer_state& state, const local_step& step) const {
  block_builder& half_before = state.slots.at(0);  // x - rate g of the step before
  const double corrected = state.steps == 0 ? 0 : 1;
  block_builder half{state.model.size(), state.model.kind(), contents::unset};
  assign_sum(half, state.trained(), {{1, state.model}, {-step.rate, step.gradient}});
  assign_sum(state.model, state.trained(),
             {{corrected, state.model}, {1, half}, {-corrected, half_before}});
  half_before = std::move(half);
  assign_sum(half_before, state.measured(), {});
  follow_batch(state, step);
}

void gradient_tracking::adapt(peer_state& state, const local_step& step) const {
  block_builder& tracker = state.slots.at(tracker_slot);
  block_builder& before = state.slots.at(gradient_slot);
  assign_sum(tracker, state.trained(), {{1, tracker}, {1, step.gradient}, {-1, before}});
  assign_sum(before, state.trained(), {{1, step.gradient}});
  follow_batch(state, step);
}

parcel gradient_tracking::offer(peer_state& state, index, double) const {
  return {{frozen_copy(state.model), frozen_copy(state.slots.at(tracker_slot))}, {}};
}

void gradient_tracking::combine(peer_state& state, double self,
                                std::span<const arrival> arrived) const {
  mixing_rule::combine(state, self, arrived);
  block_builder& tracker = state.slots.at(tracker_slot);
  assign_sum(state.model, state.trained(), {{1, state.model}, {-state.rate, tracker}});
  mix(tracker, state.trained(), self, arrived, 1);
}

}  // namespace echelon::merging
