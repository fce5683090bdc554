#pragma once

#include "algorithms/learning/schedule.hpp"

namespace echelon::learning {

/// The base rate throughout.
struct constant_rate {
  static constexpr std::string_view name = "constant";
  static constexpr std::string_view summary = "the same rate throughout";
  static constexpr std::string_view source = "Robbins, Monro 1951";
  static std::vector<parameter> declared() { return {}; }
  static result<constant_rate> make(const parameters&) { return constant_rate{}; }

  double factor(index, index) const { return 1; }
};

}  // namespace echelon::learning
