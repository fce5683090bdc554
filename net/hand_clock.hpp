#pragma once

#include <functional>
#include <map>
#include <optional>

#include <asio/io_context.hpp>

#include "net/clock.hpp"

namespace echelon::net {

/// A clock that only moves when told to: a day of timeouts passes in a test in milliseconds, and
/// the same way each time. Not thread-safe. Cost: O(log sleepers) a sleep.
class hand_clock final : public clock {
public:
  hand_clock() = default;
  hand_clock(const hand_clock&) = delete;
  hand_clock& operator=(const hand_clock&) = delete;
  /// Nobody may be asleep; checked.
  ~hand_clock() override;

  nanoseconds now() const override { return now_; }
  /// Those of the same moment resume in the order in which they fell asleep.
  asio::awaitable<void> sleep_until(nanoseconds due) override;

  /// When the next sleeper is to be woken.
  std::optional<nanoseconds> next_due() const;
  /// Wakes whoever is due until then; never goes back.
  void advance_to(nanoseconds moment);

private:
  struct sleeper;
  using sleepers = std::multimap<nanoseconds, sleeper*>;

  nanoseconds now_{0};
  sleepers sleepers_;
};

/// Runs everything that is ready, moves the clock to the next due moment, and so on, until `done`
/// (asked after each handler), until nothing is left that could happen, or until the next thing
/// would happen after `limit`. Answers whether it is done. The same program takes the same steps
/// each time, as long as nothing but the clock and the loop itself wakes it.
bool drive(asio::io_context& loop, hand_clock& time, const std::function<bool()>& done,
           nanoseconds limit = nanoseconds::max());

}  // namespace echelon::net
