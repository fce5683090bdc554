#include "algorithms/transmission/transient.hpp"

#include "algorithms/base/portable_math.hpp"

namespace echelon::transmission {

std::vector<parameter> transient::declared() {
  return {
      {"probability", value_kind::number, 0.02, "that a burst starts at a node in a round", 0.0,
       1.0},
      {"rounds", value_kind::integer, 5, "how many rounds a burst lasts", 1.0, 10'000.0},
  };
}

result<transient> transient::make(const parameters& slow) {
  transient made;
  made.probability_ = slow.number("probability");
  made.rounds_ = slow.integer("rounds");
  return made;
}

double transient::slow_probability() const { return 1 - power_portable(1 - probability_, rounds_); }

bool transient::slow(const random_delays& delays, node_id node, index round) const {
  for (index start = round; start > round - rounds_; --start)
    if (delays.draws("delay.slow", node, start).bernoulli(probability_))
      return true;
  return false;
}

}  // namespace echelon::transmission
