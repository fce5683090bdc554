#include "algorithms/learning/optimisers/sgd.hpp"

#include "algorithms/learning/optimisers/optimiser_loop.hpp"

namespace echelon::learning {

std::vector<parameter> sgd::declared() { return {weight_decay_parameter()}; }

result<sgd> sgd::make(const parameters& given) { return sgd{given.number("weight_decay")}; }

void sgd::step(block_builder& state, const block_builder& gradient, double rate,
               optimiser_state& memory) const {
  ++memory.steps;
  with_scalar(state.kind(), [&]<class Scalar>(Scalar) {
    const auto eta = static_cast<Scalar>(rate);
    const auto decay = static_cast<Scalar>(weight_decay_);
    update<Scalar>(state, gradient, memory.slots,
                   [=](Scalar& x, Scalar g) { x -= eta * (g + decay * x); });
  });
}

}  // namespace echelon::learning
