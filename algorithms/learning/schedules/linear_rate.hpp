#pragma once

#include "algorithms/learning/schedules/warmed_up.hpp"

namespace echelon::learning {

/// A straight line from the full rate in the first round to `floor` of it in the last.
struct linear_rate {
  static constexpr std::string_view name = "linear";
  static constexpr std::string_view summary = "a straight line down to a floor in the last round";
  static constexpr std::string_view source = "Echelon";
  static std::vector<parameter> declared() {
    return {
        {"floor", value_kind::number, 0.0, "share of the rate left in the last round", 0.0, 1.0}};
  }
  static result<linear_rate> make(const parameters& given) {
    return linear_rate{given.number("floor")};
  }

  double factor(index round, index rounds) const {
    return 1 - (1 - floor) * progress(round, rounds);
  }

  double floor = 0;
};

}  // namespace echelon::learning
