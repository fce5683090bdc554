#include "algorithms/merging/mixing/momentum_rules.hpp"

#include "algorithms/merging/mixing/rule_parameters.hpp"

namespace echelon::merging {
namespace {

constexpr std::size_t velocity_slot = 0;
constexpr std::size_t before_slot = 1;  ///< the model before the step

void remember(peer_state& state) {
  assign_sum(state.slots.at(before_slot), state.trained(), {{1, state.model}});
}

}  // namespace

std::vector<parameter> quasi_global_momentum::declared() {
  return {momentum_parameter(),
          {"kept", value_kind::number, 0.9, "share of the momentum kept as the model moves", 0.0,
           0.999999},
          {"nesterov", value_kind::flag, false, "steps by g + momentum d instead of d"}};
}

result<quasi_global_momentum> quasi_global_momentum::make(const parameters& given) {
  return quasi_global_momentum{given.number("momentum"), given.number("kept"),
                               given.flag("nesterov")};
}

void quasi_global_momentum::adapt(peer_state& state, const local_step& step) const {
  remember(state);
  const block_builder& velocity = state.slots.at(velocity_slot);
  // Nesterov's g + beta (beta m + g) has other factors only.
  const double of_gradient = nesterov_ ? 1 + momentum_ : 1;
  const double of_velocity = nesterov_ ? momentum_ * momentum_ : momentum_;
  assign_sum(state.model, state.trained(),
             {{1, state.model},
              {-step.rate * of_velocity, velocity},
              {-step.rate * of_gradient, step.gradient}});
  follow_batch(state, step);
}

void quasi_global_momentum::combine(peer_state& state, double self,
                                    std::span<const arrival> arrived) const {
  mixing_rule::combine(state, self, arrived);
  block_builder& velocity = state.slots.at(velocity_slot);
  const double fresh = (1 - kept_) / state.rate;
  assign_sum(velocity, state.trained(),
             {{kept_, velocity}, {fresh, state.slots.at(before_slot)}, {-fresh, state.model}});
}

std::vector<parameter> decentlam::declared() { return {momentum_parameter()}; }

result<decentlam> decentlam::make(const parameters& given) {
  return decentlam{given.number("momentum")};
}

void decentlam::adapt(peer_state& state, const local_step& step) const {
  remember(state);
  descend(state, step, step.gradient);
}

void decentlam::combine(peer_state& state, double self, std::span<const arrival> arrived) const {
  mixing_rule::combine(state, self, arrived);
  block_builder& velocity = state.slots.at(velocity_slot);
  const block_builder& before = state.slots.at(before_slot);
  assign_sum(velocity, state.trained(),
             {{momentum_, velocity}, {1 / state.rate, before}, {-1 / state.rate, state.model}});
  assign_sum(state.model, state.trained(), {{1, before}, {-state.rate, velocity}});
}

}  // namespace echelon::merging
