#pragma once

#include <optional>

#include "algorithms/learning/partitioner.hpp"

namespace echelon::learning {

/// Sizes that fall from part to part; the first part has `skew` times the samples of the last one.
/// "arithmetic" falls by equal steps, "geometric" by equal factors, "power" as (rank)^-a. `noise`
/// shakes the sizes between the first and the last: s_i (1 + noise (u_i (n - 2) - 1)) with u from
/// Dirichlet(0.5), kept within both ends and sorted again, as in the DAGC experiments with noise =
/// 0.5. Source: DAGC, INFOCOM 2023 ("arithmetic" as in the paper, "geometric" as in its code).
class quantity final : public partitioner {
public:
  static constexpr std::string_view name = "quantity";
  static constexpr std::string_view summary = "shares that fall from the first part to the last";
  static constexpr std::string_view source = "DAGC, INFOCOM 2023";
  static std::vector<parameter> declared();
  static result<quantity> make(const parameters& given);

  result<partition> deal(const dataset& samples, index parts, random_stream random) const override;

private:
  enum class fall : unsigned char { arithmetic, geometric, power };

  quantity(fall shape, double skew, double noise, std::optional<double> alpha)
      : shape_(shape), skew_(skew), noise_(noise), alpha_(alpha) {}

  std::vector<double> weights(index parts, random_stream& random) const;

  fall shape_;
  double skew_;
  double noise_;
  std::optional<double> alpha_;
};

}  // namespace echelon::learning
