#pragma once

#include "algorithms/merging/mixing/mixing_rule.hpp"

namespace echelon::merging {

/// D2, exact diffusion: x = sum_j pi_ij (2 x_j - x_prev_j - rate (g_j - g_prev_j)); the first step
/// is adapt-then-combine. Unequal data leave no bias at a constant rate. Errors: diverges unless
/// all eigenvalues of the weights are above -1/3, as lazy ones are.
class d2 final : public mixing_rule {
public:
  static constexpr std::string_view name = "d2";
  static constexpr std::string_view
      summary = "exact diffusion: unequal data leave no bias, at one model a message";
  static constexpr std::string_view
      source = "Tang et al. 2018, arXiv:1803.07068; Yuan et al. 2019, arXiv:1702.05122";
  static std::vector<parameter> declared() { return {}; }
  static result<d2> make(const parameters&) { return d2{}; }

  mixing_traits traits() const override {
    return {.weights = weights_needed::symmetric, .eigenvalue_above = -1.0 / 3, .slots = 1};
  }
  void adapt(peer_state& state, const local_step& step) const override;
};

/// Gradient tracking: x = sum_j pi_ij x_j - rate y_i, y = sum_j pi_ij y_j + g_new - g_old, where y
/// follows the mean gradient of all. Cost: two vectors a message.
class gradient_tracking final : public mixing_rule {
public:
  static constexpr std::string_view name = "gradient-tracking";
  static constexpr std::string_view
      summary = "steps by a running estimate of everybody's mean gradient";
  static constexpr std::string_view source = "Di Lorenzo, Scutari 2016, arXiv:1602.00591";
  static std::vector<parameter> declared() { return {}; }
  static result<gradient_tracking> make(const parameters&) { return gradient_tracking{}; }

  mixing_traits traits() const override { return {.slots = 2, .vectors = 2}; }
  void adapt(peer_state& state, const local_step& step) const override;
  parcel offer(peer_state& state, index receiver, double share) const override;
  void combine(peer_state& state, double self, std::span<const arrival> arrived) const override;
};

}  // namespace echelon::merging
