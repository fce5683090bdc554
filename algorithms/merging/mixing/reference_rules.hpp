#pragma once

#include "algorithms/merging/mixing/mixing_rule.hpp"

namespace echelon::merging {

/// All-reduce SGD: everybody steps by the mean gradient of all. Peers that start equal stay equal.
class all_reduce final : public mixing_rule {
public:
  static constexpr std::string_view name = "all-reduce";
  static constexpr std::string_view summary = "everybody steps by the mean gradient of all";
  static constexpr std::string_view source = "synchronous data-parallel SGD";
  static std::vector<parameter> declared() { return {}; }
  static result<all_reduce> make(const parameters&) { return all_reduce{}; }

  mixing_traits traits() const override { return {.with = exchange::everyone, .slots = 1}; }
  void adapt(peer_state& state, const local_step& step) const override;
  /// The gradient, and the buffers as they are.
  parcel offer(peer_state& state, index receiver, double share) const override;
  void combine(peer_state& state, double self, std::span<const arrival> arrived) const override;
};

/// FedAvg: local steps, then everybody takes the mean of all.
class fed_avg final : public mixing_rule {
public:
  static constexpr std::string_view name = "fedavg";
  static constexpr std::string_view summary = "local steps, then everybody takes the mean of all";
  static constexpr std::string_view source = "McMahan et al. 2017, arXiv:1602.05629";
  static std::vector<parameter> declared();
  static result<fed_avg> make(const parameters& given);

  mixing_traits traits() const override { return {.with = exchange::everyone}; }
  bool mixes(index step, random_stream& draws) const override;
  void adapt(peer_state& state, const local_step& step) const override {
    descend(state, step, step.gradient);
  }

private:
  explicit fed_avg(index local_steps) : local_steps_(local_steps) {}

  index local_steps_;
};

}  // namespace echelon::merging
