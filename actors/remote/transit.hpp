#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>

#include "algorithms/base/units.hpp"

namespace echelon::remote {

/// How long each message of a peer was on its way beyond the fastest of the last minutes, from the
/// moments that the peer's clock and ours say. The clocks need not agree; if one runs faster than
/// the other by a ten-thousandth, the answer is wrong by 12 ms at most.
class transit {
public:
  /// Of a message sent at `sent` by the peer's clock, which arrives `now` by ours.
  nanoseconds delay(nanoseconds sent, nanoseconds now) {
    if (now - since_ >= window) {
      older_ = now - since_ < 2 * window ? newer_ : std::nullopt;
      newer_.reset();
      since_ = now;
    }
    const nanoseconds apart = now - sent;
    newer_ = std::min(newer_.value_or(apart), apart);
    return apart - std::min(*newer_, older_.value_or(apart));
  }

private:
  static constexpr nanoseconds window = std::chrono::minutes{1};

  std::optional<nanoseconds> newer_, older_;
  nanoseconds since_{0};
};

}  // namespace echelon::remote
