#pragma once

#include "algorithms/merging/mixing/mixing_rule.hpp"

namespace echelon::merging {

/// QG-DSGDm: momentum follows how the model itself moved, mixing included, so that it does not pull
/// towards the peer's own data. d = beta m + g; x_half = x - rate d; x+ = sum_j pi_ij x_half_j;
/// m = mu m + (1 - mu) (x - x+) / rate.
class quasi_global_momentum final : public mixing_rule {
public:
  static constexpr std::string_view name = "qg-dsgdm";
  static constexpr std::string_view
      summary = "quasi-global momentum: the velocity follows the mixed model's moves";
  static constexpr std::string_view source = "Lin et al. 2021, arXiv:2102.04761";
  static std::vector<parameter> declared();
  static result<quasi_global_momentum> make(const parameters& given);

  mixing_traits traits() const override { return {.slots = 2}; }
  void adapt(peer_state& state, const local_step& step) const override;
  void combine(peer_state& state, double self, std::span<const arrival> arrived) const override;

private:
  quasi_global_momentum(double momentum, double kept, bool nesterov)
      : momentum_(momentum), kept_(kept), nesterov_(nesterov) {}

  double momentum_, kept_;
  bool nesterov_;
};

/// DecentLaM: heavy ball over the decentralised "gradient" that mixing is part of, which takes away
/// the bias that momentum adds: g~ = (x - sum_j pi_ij (x_j - rate g_j)) / rate; m = beta m + g~;
/// x -= rate m. Errors: on directed graphs, and on those that change from round to round, the
/// velocity resonates and it diverges.
class decentlam final : public mixing_rule {
public:
  static constexpr std::string_view name = "decentlam";
  static constexpr std::string_view
      summary = "momentum without the bias that momentum adds to mixing";
  static constexpr std::string_view source = "Yuan et al. 2021, arXiv:2104.11981";
  static std::vector<parameter> declared();
  static result<decentlam> make(const parameters& given);

  mixing_traits traits() const override {
    return {.weights = weights_needed::symmetric, .constant_weights = true, .slots = 2};
  }
  void adapt(peer_state& state, const local_step& step) const override;
  void combine(peer_state& state, double self, std::span<const arrival> arrived) const override;

private:
  explicit decentlam(double momentum) : momentum_(momentum) {}

  double momentum_;
};

}  // namespace echelon::merging
