#pragma once

#include "algorithms/base/portable_math.hpp"
#include "algorithms/learning/schedule.hpp"

namespace echelon::learning {

/// The rate falls to `decay` of what it was in every round.
struct exponential_rate {
  static constexpr std::string_view name = "exponential";
  static constexpr std::string_view summary = "falls by the same factor every round";
  static constexpr std::string_view source = "Echelon";
  static std::vector<parameter> declared() {
    return {
        {"decay", value_kind::number, 0.99, "share of the rate that each round leaves", 0.0, 1.0}};
  }
  static result<exponential_rate> make(const parameters& given) {
    return exponential_rate{given.number("decay")};
  }

  double factor(index round, index) const { return power_portable(decay, round); }

  double decay = 1;
};

}  // namespace echelon::learning
