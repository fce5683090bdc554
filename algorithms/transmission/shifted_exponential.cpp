#include "algorithms/transmission/shifted_exponential.hpp"

namespace echelon::transmission {

std::vector<parameter> shifted_exponential::declared() {
  return {{"probability", value_kind::number, 0.0, "that a node is slow in a round", 0.0, 1.0}};
}

result<shifted_exponential> shifted_exponential::make(const parameters& slow) {
  shifted_exponential made;
  made.probability_ = slow.number("probability");
  return made;
}

bool shifted_exponential::slow(const random_delays& delays, node_id node, index round) const {
  return delays.draws("delay.slow", node, round).bernoulli(probability_);
}

}  // namespace echelon::transmission
