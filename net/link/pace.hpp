#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>

#include "algorithms/base/units.hpp"

namespace echelon::net {

/// The most of the bulk lane that is under way and not acknowledged; what a cut may cost again.
inline constexpr std::size_t credit_bytes = 4 * 1024 * 1024;

/// What an empty line takes at once.
inline constexpr std::size_t first_flight_bytes = 24 * 1024;

/// How much of the bulk lane may be under way, so that control frames need not queue behind it.
///
/// The rule: window = delivered rate * (shortest round trip + 20 ms), at least 8 KB and at most the
/// credit. Where the window is what limits, the network's queue holds window - rate * shortest,
/// which is 20 ms of it, however long a queue the network would allow: at 10 Mbit/s and 10 ms,
/// 1.25 MB/s * 30 ms = 37.5 KB are under way and 25 KB of them wait. Over loopback 1 GB/s * 20 ms
/// is beyond the credit, so the credit is the limit. The rate is the best of the last 8 to 16 of
/// those trips and some 100 ms. A full window that does not queue (a round trip within 10 ms of the
/// shortest) also grows by half each round trip, so that long lines fill in a few seconds. Each 10
/// s three quarters of rate * shortest must do for one round trip: no queue is left then, and it
/// tells the shortest one anew.
///
/// A line that was empty takes 24 KB at once, or a short tensor would need many round trips where
/// hosts are slow to answer: 20 ms at 10 Mbit/s.
///
/// A chunk takes 4 ms of the line, within 4 KB and 256 KB, and what is short enough for an empty
/// line goes as one: control waits for one at most. Cost: O(1) a frame.
class pace {
public:
  std::size_t window() const { return window_; }
  std::size_t chunk_bytes() const;
  /// Whether a frame of that size may go while so much is under way.
  bool admits(std::uint64_t under_way, std::size_t size) const;

  /// Nothing is under way, and something is about to be.
  void begin_flight(nanoseconds now);
  /// A frame that asks for an acknowledgement of everything before `end` was handed over.
  void asked(std::uint64_t end, std::uint64_t under_way_before, nanoseconds now);
  /// Everything before `position` has arrived; `bytes` of it were not known to have.
  void acknowledged(std::uint64_t position, std::uint64_t bytes, nanoseconds now);
  /// Another stream: its round trips are its own.
  void restart();

private:
  struct question {
    std::uint64_t end;
    nanoseconds asked_at;
    std::uint64_t delivered;   ///< by then
    nanoseconds delivered_at;  ///< when that was, or when something was sent after a pause
    bool calm;                 ///< too little was under way for any queue
    bool full;                 ///< nothing more was to follow
  };

  void learn(const question& answered, nanoseconds now);
  std::size_t admitted() const;
  double best_rate() const { return std::max(rate_now_, rate_before_); }

  std::deque<question> open_;
  std::size_t window_ = first_flight_bytes;
  std::uint64_t delivered_ = 0;
  nanoseconds delivered_at_{0};
  nanoseconds shortest_ = nanoseconds::max();
  bool probing_ = true;
  nanoseconds probe_due_{0};
  double rate_now_ = 0;     ///< bytes a second, the best of this period ...
  double rate_before_ = 0;  ///< ... and of the one before
  nanoseconds period_ends_{0};
  nanoseconds grown_at_{0};
};

}  // namespace echelon::net
