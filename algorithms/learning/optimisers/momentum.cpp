#include "algorithms/learning/optimisers/momentum.hpp"

#include "algorithms/learning/optimisers/optimiser_loop.hpp"

namespace echelon::learning {

std::vector<parameter> momentum::declared() {
  return {{"momentum", value_kind::number, 0.9, "share of the velocity kept from step to step", 0.0,
           1.0},
          {"nesterov", value_kind::flag, false, "look ahead along the velocity"},
          weight_decay_parameter()};
}

result<momentum> momentum::make(const parameters& given) {
  momentum made;
  made.momentum_ = given.number("momentum");
  made.weight_decay_ = given.number("weight_decay");
  made.nesterov_ = given.flag("nesterov");
  return made;
}

void momentum::step(block_builder& state, const block_builder& gradient, double rate,
                    optimiser_state& memory) const {
  ++memory.steps;
  with_scalar(state.kind(), [&]<class Scalar>(Scalar) {
    const auto eta = static_cast<Scalar>(rate);
    const auto kept = static_cast<Scalar>(momentum_);
    const auto decay = static_cast<Scalar>(weight_decay_);
    if (nesterov_)
      update<Scalar>(state, gradient, memory.slots, [=](Scalar& x, Scalar g, Scalar& velocity) {
        const Scalar slope = g + decay * x;
        velocity = kept * velocity + slope;
        x -= eta * (slope + kept * velocity);
      });
    else
      update<Scalar>(state, gradient, memory.slots, [=](Scalar& x, Scalar g, Scalar& velocity) {
        velocity = kept * velocity + (g + decay * x);
        x -= eta * velocity;
      });
  });
}

}  // namespace echelon::learning
