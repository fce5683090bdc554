#pragma once

#include <span>
#include <type_traits>

#include "algorithms/learning/optimiser.hpp"

namespace echelon::learning {

/// Calls `rule(x, g, slots...)` for every trained number, with as many slots as the rule takes.
/// Each element is computed apart and in the same order, so that the loop vectorises and gives the
/// same bits in every build.
template <class Scalar, class Rule>
void update(block_builder& state, const block_builder& gradient, std::span<block_builder> slots,
            Rule rule) {
  const auto steps = gradient.as<Scalar>();
  const auto values = state.as<Scalar>();
  expects(steps.size() <= values.size());
  Scalar* const x = values.data();
  const Scalar* const g = steps.data();
  const auto slot = [&](std::size_t position) {
    expects(position < slots.size() && slots[position].size() == gradient.size());
    return slots[position].as<Scalar>().data();
  };
  if constexpr (std::is_invocable_v<Rule, Scalar&, Scalar>) {
    for (std::size_t i = 0; i < steps.size(); ++i)
      rule(x[i], g[i]);
  } else if constexpr (std::is_invocable_v<Rule, Scalar&, Scalar, Scalar&>) {
    Scalar* const first = slot(0);
    for (std::size_t i = 0; i < steps.size(); ++i)
      rule(x[i], g[i], first[i]);
  } else {
    Scalar* const first = slot(0);
    Scalar* const second = slot(1);
    for (std::size_t i = 0; i < steps.size(); ++i)
      rule(x[i], g[i], first[i], second[i]);
  }
}

parameter weight_decay_parameter();

/// Running means that kept more would never learn anything.
inline constexpr double running_share_max = 0.999999;

}  // namespace echelon::learning
