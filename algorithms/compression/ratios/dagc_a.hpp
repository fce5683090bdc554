#pragma once

#include "algorithms/compression/ratios/ratio_policy.hpp"

namespace echelon::compression {

/// Thresholds that minimise the absolute compressor's bound at a given traffic: ~ p_i^(-2/3), or
/// what another law of traffic makes of it. Small senders get huge thresholds: error feedback keeps
/// what they do not send.
class dagc_a final : public ratio_policy {
public:
  static constexpr std::string_view name = "dagc-a";
  static constexpr std::string_view
      summary = "lower thresholds for senders with more data: thresholds follow weight^(-2/3)";
  static constexpr std::string_view
      source = "Lu et al., DAGC, Algorithm 3; traffic laws and the controller: reconstruction";
  static std::vector<parameter> declared();
  static result<dagc_a> make(const parameters& given);

  /// What the traffic's law expects of the thresholds.
  std::vector<double> ratios(const ratio_problem& problem) const override;
  std::vector<double> thresholds(const ratio_problem& problem) const override;
  double traffic_exponent() const override { return exponent_; }
  objective_value objective(const ratio_problem& problem,
                            std::span<const double> efforts) const override;
  bool thresholds_only() const override { return true; }
  bool wants_traffic() const override { return by_traffic_; }

private:
  std::span<const double> traffic(const ratio_problem& problem) const;

  double exponent_ = -1;
  bool by_traffic_ = false;
};

}  // namespace echelon::compression
