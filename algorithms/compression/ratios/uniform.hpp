#pragma once

#include "algorithms/compression/ratios/ratio_policy.hpp"

namespace echelon::compression {

/// The same ratio for everybody, whoever has how much data.
class uniform final : public ratio_policy {
public:
  static constexpr std::string_view name = "uniform";
  static constexpr std::string_view summary = "the same ratio or threshold for every sender";
  static constexpr std::string_view source = "Echelon";
  static std::vector<parameter> declared() { return {}; }
  static result<uniform> make(const parameters&) { return uniform{}; }

  std::vector<double> ratios(const ratio_problem& problem) const override {
    return std::vector<double>(problem.weights.size(), std::min(problem.mean, problem.cap));
  }
};

}  // namespace echelon::compression
