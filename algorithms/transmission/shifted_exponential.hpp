#pragma once

#include "algorithms/transmission/random_delays.hpp"

namespace echelon::transmission {

/// A node is slow in each round with the same probability, whatever went before.
class shifted_exponential {
public:
  static constexpr std::string_view name = "shifted-exponential";
  static constexpr std::string_view summary = "shifted exponential computing, geometric "
                                              "retransmissions, slow with a probability each round";
  static constexpr std::string_view source = "Lee et al. 2018, arXiv:1512.02673";
  static std::vector<parameter> declared();
  static result<shifted_exponential> make(const parameters& slow);

  bool slow(const random_delays& delays, node_id node, index round) const;
  double slow_probability() const { return probability_; }

private:
  double probability_ = 0;
};

}  // namespace echelon::transmission
