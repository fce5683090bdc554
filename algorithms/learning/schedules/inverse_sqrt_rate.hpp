#pragma once

#include <cmath>

#include "algorithms/learning/schedule.hpp"

namespace echelon::learning {

/// One over the square root of the round, counted from 1.
struct inverse_sqrt_rate {
  static constexpr std::string_view name = "inverse-sqrt";
  static constexpr std::string_view summary = "falls with one over the square root of the round";
  static constexpr std::string_view source = "Nemirovski et al. 2009";
  static std::vector<parameter> declared() { return {}; }
  static result<inverse_sqrt_rate> make(const parameters&) { return inverse_sqrt_rate{}; }

  double factor(index round, index) const { return 1 / std::sqrt(static_cast<double>(round + 1)); }
};

}  // namespace echelon::learning
