#pragma once

#include "algorithms/transmission/random_delays.hpp"

namespace echelon::transmission {

/// Bursts: in each round one starts at a node with the same probability, and keeps it slow for
/// `rounds` rounds. Bursts may overlap. Stateless. Cost: at most `rounds` draws.
class transient {
public:
  static constexpr std::string_view name = "transient";
  static constexpr std::string_view
      summary = "shifted exponential computing; bursts that keep a node slow for several rounds";
  static constexpr std::string_view source = "Echelon";
  static std::vector<parameter> declared();
  static result<transient> make(const parameters& slow);

  bool slow(const random_delays& delays, node_id node, index round) const;
  double slow_probability() const;

private:
  double probability_ = 0;
  index rounds_ = 1;
};

}  // namespace echelon::transmission
