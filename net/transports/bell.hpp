#pragma once

#include <cstdint>

#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>
#include <asio/steady_timer.hpp>

#include "net/clock.hpp"

namespace echelon::net {

/// Wakes coroutines that wait for something to change. One thread at a time.
///
///     const auto heard = bell.rings();      // before looking
///     if (nothing_to_do())
///       co_await bell.wait(heard, time, due);
class bell {
public:
  explicit bell(const asio::any_io_executor& where)
      : timer_{where, asio::steady_timer::time_point::max()} {}

  void ring();
  std::uint64_t rings() const { return rings_; }
  /// Returns once it has rung after `heard`, at `due` (nanoseconds::max(): never), or when the
  /// coroutine is cancelled; the caller looks again. The bell outlives the wait.
  asio::awaitable<void> wait(std::uint64_t heard, clock& time, nanoseconds due);

private:
  asio::awaitable<void> rung_after(std::uint64_t heard);

  asio::steady_timer timer_;
  std::uint64_t rings_ = 0;
};

}  // namespace echelon::net
