#pragma once

#include <algorithm>

#include "algorithms/base/units.hpp"

namespace echelon::net {

/// Judges a peer by when something was last heard of it: suspect after a third of the timeout, dead
/// after all of it, to be pinged after a ninth. Time in which this process itself did not run does
/// not count: what the peer said meanwhile is still to be read.
class liveness {
public:
  struct verdict {
    bool ping = false;
    bool suspect = false;
    bool dead = false;
    nanoseconds look_again{0};
  };

  liveness(nanoseconds peer_timeout, nanoseconds now)
      : step_(std::max(peer_timeout / 9, nanoseconds{1})), heard_(now), due_(now) {}

  void heard(nanoseconds now) { heard_ = now; }

  /// To be called at `look_again`; a call much later than that shows that nobody ran meanwhile.
  verdict look(nanoseconds now) {
    if (const nanoseconds late = now - due_; late >= step_)
      heard_ = std::min(heard_ + late, now);
    const auto steps = (now - heard_) / step_;
    due_ = heard_ + (steps + 1) * step_;
    return {.ping = steps >= 1, .suspect = steps >= 3, .dead = steps >= 9, .look_again = due_};
  }

private:
  nanoseconds step_;
  nanoseconds heard_;
  nanoseconds due_;
};

}  // namespace echelon::net
