#pragma once

#include "algorithms/compression/ratios/allocation.hpp"
#include "algorithms/compression/ratios/ratio_policy.hpp"

namespace echelon::compression {

/// DAGC's Algorithm 2 to the letter; see `published_allocation`. No floor, and no cap: what exceeds
/// 1 is a whole vector, and the rest of that ratio is lost.
class dagc_r_paper final : public ratio_policy {
public:
  static constexpr std::string_view name = "dagc-r-paper";
  static constexpr std::string_view
      summary = "ratios by data volume as DAGC's Algorithm 2 has them, for reproduction";
  static constexpr std::string_view source = "Lu et al., DAGC, IEEE INFOCOM 2023, Algorithm 2";
  static std::vector<parameter> declared() { return {}; }
  static result<dagc_r_paper> make(const parameters&) { return dagc_r_paper{}; }

  std::vector<double> ratios(const ratio_problem& problem) const override {
    return published_allocation(problem.weights, problem.mean).ratios;
  }
  objective_value objective(const ratio_problem& problem,
                            std::span<const double> ratios) const override {
    return {"phi", phi(problem.weights, ratios)};
  }
};

}  // namespace echelon::compression
