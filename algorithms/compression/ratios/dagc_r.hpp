#pragma once

#include "algorithms/compression/ratios/allocation.hpp"
#include "algorithms/compression/ratios/ratio_policy.hpp"

namespace echelon::compression {

/// Ratios that minimise the refined factor of the bound: ~ (p_i zeta_i)^(2/3), within floor and
/// cap.
class dagc_r final : public ratio_policy {
public:
  static constexpr std::string_view name = "dagc-r";
  static constexpr std::string_view
      summary = "more for senders with more data: ratios follow weight^(2/3)";
  static constexpr std::string_view
      source = "Lu et al., DAGC, IEEE INFOCOM 2023; the factor refined by Echelon: reconstruction";
  static std::vector<parameter> declared() {
    return {{.name = "divergence",
             .kind = value_kind::text,
             .fallback = "equal",
             .summary = "senders' gradients at the optimum: as equal, or estimated in the run",
             .choices = {"equal", "estimated"}}};
  }
  static result<dagc_r> make(const parameters& given) {
    dagc_r made;
    made.estimated_ = given.text("divergence") == "estimated";
    return made;
  }

  std::vector<double> ratios(const ratio_problem& problem) const override {
    const std::vector<double> equal;
    return refined_allocation(problem.weights, estimated_ ? problem.divergences : equal,
                              problem.mean, problem.floor, problem.cap);
  }
  bool wants_divergences() const override { return estimated_; }

private:
  bool estimated_ = false;
};

}  // namespace echelon::compression
