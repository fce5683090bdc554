#pragma once

#include "algorithms/compression/ratios/allocation.hpp"
#include "algorithms/compression/ratios/ratio_policy.hpp"

namespace echelon::compression {

/// What really minimises the paper's key factor: mostly uniform, and under a heavy skew a few
/// senders above a common floor.
class dagc_r_phi final : public ratio_policy {
public:
  static constexpr std::string_view name = "dagc-r-phi";
  static constexpr std::string_view
      summary = "ratios that exactly minimise DAGC's published key factor";
  static constexpr std::string_view source = "Echelon, after Lu et al., DAGC, 2023: reconstruction";
  static std::vector<parameter> declared() { return {}; }
  static result<dagc_r_phi> make(const parameters&) { return dagc_r_phi{}; }

  std::vector<double> ratios(const ratio_problem& problem) const override {
    return phi_allocation(problem.weights, problem.mean, problem.floor, problem.cap);
  }
  objective_value objective(const ratio_problem& problem,
                            std::span<const double> ratios) const override {
    return {"phi", phi(problem.weights, ratios)};
  }
};

}  // namespace echelon::compression
