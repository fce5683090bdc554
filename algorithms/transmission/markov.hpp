#pragma once

#include "algorithms/transmission/random_delays.hpp"

namespace echelon::transmission {

/// A two-state chain: a fast node becomes slow with probability `enter`, a slow one stays so with
/// probability `stay`. Stateless: the draw of a round below both probabilities, or not below
/// either, decides the state whatever it was before, so a query walks back to the last such round
/// (coupling from the past), before round 0 if need be: every round has the stationary
/// distribution, slow with probability enter / (enter + 1 - stay). Cost: 1 / (1 - |stay - enter|)
/// draws expected.
class markov {
public:
  static constexpr std::string_view name = "markov";
  static constexpr std::string_view summary =
      "shifted exponential computing; nodes turn slow and fast again as a two-state Markov chain";
  static constexpr std::string_view
      source = "Yang et al. 2019, arXiv:1904.07098; Propp, Wilson 1996";
  static std::vector<parameter> declared();
  static result<markov> make(const parameters& slow);

  bool slow(const random_delays& delays, node_id node, index round) const;
  double slow_probability() const;

private:
  double enter_ = 0;
  double stay_ = 0;
};

}  // namespace echelon::transmission
