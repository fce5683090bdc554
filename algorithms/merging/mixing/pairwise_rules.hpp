#pragma once

#include "algorithms/merging/mixing/consensus_descent.hpp"

namespace echelon::merging {

/// AD-PSGD: each peer of one side of a bipartite graph and a random neighbour take their mean while
/// the gradient is computed at the weights from before it.
class ad_psgd final : public combine_first_rule {
public:
  static constexpr std::string_view name = "ad-psgd";
  static constexpr std::string_view
      summary = "averages with one random neighbour while the gradient is computed";
  static constexpr std::string_view source = "Lian et al. 2018, arXiv:1710.06952";
  static std::vector<parameter> declared() { return {}; }
  static result<ad_psgd> make(const parameters&) { return ad_psgd{}; }

  mixing_traits traits() const override { return {.with = exchange::active_passive, .slots = 1}; }
  void adapt(peer_state& state, const local_step& step) const override {
    postpone(state, step, {{1, step.gradient}});
  }
};

/// SwarmSGD: local steps, as many each time or a geometric number; then the ends of a random edge
/// take their mean.
class swarm_sgd final : public mixing_rule {
public:
  static constexpr std::string_view name = "swarm-sgd";
  static constexpr std::string_view summary = "local steps, then the ends of a random edge average";
  static constexpr std::string_view source = "Nadiradze et al. 2021, arXiv:1910.12308";
  static std::vector<parameter> declared();
  static result<swarm_sgd> make(const parameters& given);

  mixing_traits traits() const override { return {.with = exchange::random_edge}; }
  bool mixes(index step, random_stream& draws) const override;
  void adapt(peer_state& state, const local_step& step) const override {
    descend(state, step, step.gradient);
  }

private:
  swarm_sgd(index local_steps, bool geometric) : local_steps_(local_steps), geometric_(geometric) {}

  index local_steps_;
  bool geometric_;
};

}  // namespace echelon::merging
