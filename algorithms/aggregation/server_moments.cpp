#include "algorithms/aggregation/server_moments.hpp"

#include <algorithm>
#include <cmath>

#include "algorithms/learning/optimisers/optimiser_loop.hpp"

namespace echelon::aggregation {

std::vector<parameter> server_moments::declared() {
  using learning::running_share_max;
  return {
      {"beta1", value_kind::number, 0.9, "share of the mean change kept", 0.0, running_share_max},
      {"beta2", value_kind::number, 0.99, "share of the mean square kept", 0.0, running_share_max},
      {"tau", value_kind::number, 1e-3,
       "added to the root of the mean square: less is more adaptive", 1e-12},
  };
}

server_moments server_moments::read(const parameters& given) {
  return {
      .beta1 = given.number("beta1"), .beta2 = given.number("beta2"), .tau = given.number("tau")};
}

void server_moments::step(block_builder& state, const block_builder& gradient, double rate,
                          follow how, learning::optimiser_state& memory) const {
  const bool first = memory.steps++ == 0;
  with_scalar(state.kind(), [&]<class Scalar>(Scalar) {
    const auto kept1 = static_cast<Scalar>(beta1), new1 = static_cast<Scalar>(1 - beta1);
    const auto kept2 = static_cast<Scalar>(beta2), new2 = static_cast<Scalar>(1 - beta2);
    const auto eta = static_cast<Scalar>(rate), floor = static_cast<Scalar>(tau);
    if (first)
      std::ranges::fill(memory.slots.at(1).as<Scalar>(), floor * floor);
    const auto move = [=](Scalar& x, Scalar g, Scalar& mean, Scalar square) {
      mean = kept1 * mean + new1 * g;
      x -= eta * mean / (std::sqrt(square) + floor);
    };
    if (how == follow::adam)
      learning::update<Scalar>(state, gradient, memory.slots,
                               [=](Scalar& x, Scalar g, Scalar& mean, Scalar& square) {
                                 square = kept2 * square + new2 * (g * g);
                                 move(x, g, mean, square);
                               });
    else
      learning::update<Scalar>(state, gradient, memory.slots,
                               [=](Scalar& x, Scalar g, Scalar& mean, Scalar& square) {
                                 const Scalar fresh = g * g;
                                 const Scalar change = new2 * fresh;
                                 square += square < fresh ? change : -change;
                                 move(x, g, mean, square);
                               });
  });
}

}  // namespace echelon::aggregation
