#pragma once

#include <chrono>
#include <cmath>

namespace echelon {

/// Time as delay models and reports use it.
using seconds = std::chrono::duration<double>;

/// Time as clocks and traces use it: integral, so that sums of it do not depend on their order.
using nanoseconds = std::chrono::nanoseconds;

/// The longest span a scenario may name (about 31 years); keeps nanoseconds from overflowing.
inline constexpr seconds seconds_max{1e9};

/// Rounds to the nearest nanosecond; beyond `seconds_max` it stays at `seconds_max`.
inline nanoseconds to_nanoseconds(seconds span) {
  const double clamped = std::fmin(std::fmax(span.count(), 0.0), seconds_max.count());
  return nanoseconds{std::llround(clamped * 1e9)};
}

inline seconds to_seconds(nanoseconds span) { return std::chrono::duration_cast<seconds>(span); }

}  // namespace echelon
