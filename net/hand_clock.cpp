#include "net/hand_clock.hpp"

#include <algorithm>
#include <tuple>

#include <asio/experimental/as_tuple.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <asio/system_error.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>

#include "algorithms/base/contract.hpp"

namespace echelon::net {

/// A timer of Asio's that never fires by itself: being woken is its cancellation, so it resumes
/// where and how every other operation of its coroutine does.
struct hand_clock::sleeper {
  sleeper(const asio::any_io_executor& where, sleepers& others, nanoseconds due)
      : timer{where, asio::steady_timer::time_point::max()}, all{others}, place{others.emplace(
                                                                              due, this)} {}
  sleeper(const sleeper&) = delete;
  sleeper& operator=(const sleeper&) = delete;
  /// Cancelled, or its coroutine was destroyed with the loop.
  ~sleeper() {
    if (!woken)
      all.erase(place);
  }

  asio::steady_timer timer;
  sleepers& all;
  sleepers::iterator place;
  bool woken = false;
};

hand_clock::~hand_clock() { expects(sleepers_.empty()); }

asio::awaitable<void> hand_clock::sleep_until(nanoseconds due) {
  const auto where = co_await asio::this_coro::executor;
  if (due <= now_) {
    co_await asio::post(where, asio::use_awaitable);
    co_return;
  }
  sleeper self{where, sleepers_, due};
  co_await self.timer.async_wait(asio::experimental::as_tuple(asio::use_awaitable));
  if (!self.woken)
    throw asio::system_error{asio::error::operation_aborted};
}

std::optional<nanoseconds> hand_clock::next_due() const {
  if (sleepers_.empty())
    return std::nullopt;
  return sleepers_.begin()->first;
}

void hand_clock::advance_to(nanoseconds moment) {
  now_ = std::max(now_, moment);
  while (!sleepers_.empty() && sleepers_.begin()->first <= now_) {
    sleeper& next = *sleepers_.begin()->second;
    sleepers_.erase(sleepers_.begin());
    next.woken = true;
    next.timer.cancel();
  }
}

bool drive(asio::io_context& loop, hand_clock& time, const std::function<bool()>& done,
           nanoseconds limit) {
  while (!done()) {
    loop.restart();
    if (loop.poll_one() > 0)
      continue;
    const auto next = time.next_due();
    if (!next || *next > limit)
      return false;
    time.advance_to(*next);
  }
  return true;
}

}  // namespace echelon::net
