#pragma once

#include "algorithms/compression/ratios/ratio_policy.hpp"

namespace echelon::compression {

/// Each sender alternates between two ratios, the least and the most that `dagc-r` would give
/// anybody: the gentle one while its vector's length changes fast, and in its first rounds; the
/// harsh one while it hardly changes. Evaluated each round, for each sender by itself.
class accordion final : public ratio_policy {
public:
  static constexpr std::string_view name = "accordion";
  static constexpr std::string_view
      summary = "two ratios: gentle while the vector's length changes fast, harsh otherwise";
  static constexpr std::string_view
      source = "Agarwal et al., MLSys 2021, arXiv:2010.16248; bounds as DAGC sets them";
  static std::vector<parameter> declared();
  static result<accordion> make(const parameters& given);

  std::vector<double> ratios(const ratio_problem& problem) const override;
  bool keeps_mean() const override { return false; }
  bool held_to_budget() const override { return held_; }

private:
  double change_ = 0.5;
  bool held_ = true;
};

}  // namespace echelon::compression
