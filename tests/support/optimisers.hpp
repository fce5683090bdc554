#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "algorithms/learning/optimiser.hpp"

namespace echelon::learning {

inline optimiser_ptr make_rule(const optimiser_catalogue& known, std::string_view name,
                               value_table settings = {}) {
  return known.make(name, settings, "optimizer").value();
}

template <class Scalar>
block_builder builder_of(const std::vector<double>& numbers) {
  block_builder built{std::ssize(numbers), precision_of<Scalar>};
  std::ranges::transform(numbers, built.template as<Scalar>().begin(),
                         [](double number) { return static_cast<Scalar>(number); });
  return built;
}

/// One weight followed through steps with these gradients.
inline double walk(const optimiser& rule, double start, const std::vector<double>& gradients,
                   double rate) {
  auto state = builder_of<double>({start});
  auto memory = fresh_state(rule, 1, precision::double_);
  for (const double gradient : gradients)
    rule.step(state, builder_of<double>({gradient}), rate, memory);
  return state.as<double>()[0];
}

}  // namespace echelon::learning
