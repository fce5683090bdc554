#include "algorithms/learning/optimisers/adam.hpp"

#include <cmath>

#include "algorithms/base/portable_math.hpp"
#include "algorithms/learning/optimisers/optimiser_loop.hpp"

namespace echelon::learning {

std::vector<parameter> adam_rule::declared(double weight_decay) {
  parameter decay = weight_decay_parameter();
  decay.fallback = weight_decay;
  return {
      {"beta1", value_kind::number, 0.9, "share of the mean gradient kept", 0.0, running_share_max},
      {"beta2", value_kind::number, 0.999, "share of the mean square kept", 0.0, running_share_max},
      {"epsilon", value_kind::number, 1e-8, "added to the root of the mean square", 1e-30},
      std::move(decay),
  };
}

adam_rule adam_rule::read(const parameters& given) {
  return {.beta1 = given.number("beta1"),
          .beta2 = given.number("beta2"),
          .epsilon = given.number("epsilon"),
          .weight_decay = given.number("weight_decay")};
}

void adam_rule::step(block_builder& state, const block_builder& gradient, double rate,
                     bool decoupled, optimiser_state& memory) const {
  ++memory.steps;
  const double unbiased_mean = 1 / (1 - power_portable(beta1, memory.steps));
  const double unbiased_square = 1 / (1 - power_portable(beta2, memory.steps));
  with_scalar(state.kind(), [&]<class Scalar>(Scalar) {
    const auto keep = [](double share) { return static_cast<Scalar>(share); };
    const Scalar kept1 = keep(beta1), new1 = keep(1 - beta1);
    const Scalar kept2 = keep(beta2), new2 = keep(1 - beta2);
    const Scalar eta = keep(rate * unbiased_mean), scale = keep(unbiased_square);
    const Scalar floor = keep(epsilon);
    const Scalar penalty = keep(decoupled ? 0 : weight_decay);
    const Scalar shrink = keep(decoupled ? rate * weight_decay : 0);
    update<Scalar>(state, gradient, memory.slots,
                   [=](Scalar& x, Scalar g, Scalar& mean, Scalar& square) {
                     const Scalar slope = g + penalty * x;
                     mean = kept1 * mean + new1 * slope;
                     square = kept2 * square + new2 * (slope * slope);
                     x -= shrink * x + eta * mean / (std::sqrt(scale * square) + floor);
                   });
  });
}

}  // namespace echelon::learning
