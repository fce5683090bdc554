#pragma once

#include "algorithms/merging/mixing/mixing_rule.hpp"

namespace echelon::merging {

/// SGP, stochastic gradient push. Peers keep numerators x and masses w, take gradients at z = x /
/// w, and send their receivers the shares a_ki of both; columns of shares add up to 1, rows need
/// not.
///
/// With `running_sums`, messages hold the sums of all that was ever sent over that edge, and
/// receivers take what is new, so that what one message lost the next one brings: in the end
/// nothing is missing. Late and repeated messages change nothing. Cost: one model a message, and
/// one number; with running sums in double, and two more models in double a neighbour. Source:
/// Assran et al. 2019; running sums: Hadjicostis, Vaidya, Dominguez-Garcia 2016, arXiv:1504.08193.
class stochastic_gradient_push final : public mixing_rule {
public:
  static constexpr std::string_view name = "sgp";
  static constexpr std::string_view
      summary = "stochastic gradient push, with real push-sum; running sums survive loss";
  static constexpr std::string_view source = "Assran et al. 2019, arXiv:1811.10792";
  static std::vector<parameter> declared();
  static result<stochastic_gradient_push> make(const parameters& given);

  mixing_traits traits() const override;
  block point(const peer_state& state) const override;
  void adapt(peer_state& state, const local_step& step) const override {
    descend(state, step, step.gradient);
  }
  parcel offer(peer_state& state, index receiver, double share) const override;
  /// Arrivals are scaled already; their weights do not count.
  void combine(peer_state& state, double self, std::span<const arrival> arrived) const override;

private:
  explicit stochastic_gradient_push(bool running) : running_(running) {}

  bool running_;
};

}  // namespace echelon::merging
