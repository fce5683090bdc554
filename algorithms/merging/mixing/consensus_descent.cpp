#include "algorithms/merging/mixing/consensus_descent.hpp"

#include "algorithms/merging/mixing/rule_parameters.hpp"

namespace echelon::merging {

void combine_first_rule::postpone(peer_state& state, const local_step& step,
                                  std::initializer_list<sum_term> direction) {
  assign_sum(state.slots.at(pending_slot), state.trained(), direction);
  follow_batch(state, step);
}

void combine_first_rule::combine(peer_state& state, double self,
                                 std::span<const arrival> arrived) const {
  mixing_rule::combine(state, self, arrived);
  assign_sum(state.model, state.trained(),
             {{1, state.model}, {-state.rate, state.slots.at(pending_slot)}});
}

std::vector<parameter> cdsgd::declared() {
  parameter order{"order", value_kind::text, "combine-first",
                  "whether neighbours are mixed in before or after the step"};
  order.choices = {"combine-first", "adapt-first"};
  return {order};
}

result<cdsgd> cdsgd::make(const parameters& given) {
  return cdsgd{given.text("order") == "adapt-first"};
}

void cdsgd::adapt(peer_state& state, const local_step& step) const {
  if (adapt_first_)
    descend(state, step, step.gradient);
  else
    postpone(state, step, {{1, step.gradient}});
}

void cdsgd::combine(peer_state& state, double self, std::span<const arrival> arrived) const {
  if (adapt_first_)
    mixing_rule::combine(state, self, arrived);
  else
    combine_first_rule::combine(state, self, arrived);
}

std::vector<parameter> cdmsgd::declared() { return {momentum_parameter()}; }

result<cdmsgd> cdmsgd::make(const parameters& given) { return cdmsgd{given.number("momentum")}; }

void cdmsgd::adapt(peer_state& state, const local_step& step) const {
  block_builder& velocity = state.slots.at(1);
  assign_sum(velocity, state.trained(), {{momentum_, velocity}, {1, step.gradient}});
  postpone(state, step, {{1, step.gradient}, {momentum_, velocity}});
}

std::vector<parameter> ld_sgd::declared() {
  return {{"local_steps", value_kind::integer, 10, "steps alone, first", 0},
          {"mixed_steps", value_kind::integer, 20, "steps with mixing after them", 1}};
}

result<ld_sgd> ld_sgd::make(const parameters& given) {
  return ld_sgd{given.integer("local_steps"), given.integer("mixed_steps")};
}

bool ld_sgd::mixes(index step, random_stream&) const { return step % (alone_ + mixed_) >= alone_; }

void ld_sgd::adapt(peer_state& state, const local_step& step) const {
  postpone(state, step, {{1, step.gradient}});
}

}  // namespace echelon::merging
