#include "algorithms/transmission/markov.hpp"

#include <algorithm>
#include <cmath>

namespace echelon::transmission {
namespace {

/// Closer to 1 a walk back to a round that decides would be too long.
constexpr double memory_max = 0.999;

}  // namespace

std::vector<parameter> markov::declared() {
  return {
      {"enter", value_kind::number, 0.05, "probability that a fast node is slow in the next round",
       0.0, 1.0},
      {"stay", value_kind::number, 0.8, "probability that a slow node stays slow", 0.0, 1.0},
  };
}

result<markov> markov::make(const parameters& slow) {
  markov made;
  made.enter_ = slow.number("enter");
  made.stay_ = slow.number("stay");
  if (const double memory = std::abs(made.stay_ - made.enter_); memory > memory_max)
    return slow.refuse(
        "stay",
        "{} and enter {} differ by more than {}, so that a state would never be forgotten; "
        "it must be nearer to enter",
        made.stay_, made.enter_, memory_max);
  return made;
}

double markov::slow_probability() const {
  // Only a memory of 1 has none, and that is refused.
  return enter_ / (enter_ + 1 - stay_);
}

bool markov::slow(const random_delays& delays, node_id node, index round) const {
  const double slow_below = std::min(enter_, stay_);
  const double fast_from = std::max(enter_, stay_);
  // Where stay < enter, a draw between the two does not keep the state but turns it round.
  const bool keeps = stay_ >= enter_;
  bool turned = false;
  for (index past = round;; --past) {
    const double draw = delays.draws("delay.slow", node, past).uniform();
    if (draw < slow_below || draw >= fast_from)
      return (draw < slow_below) != turned;
    turned ^= !keeps;
  }
}

}  // namespace echelon::transmission
