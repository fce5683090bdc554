#include "net/transports/bell.hpp"

#include <asio/co_spawn.hpp>
#include <asio/experimental/as_tuple.hpp>
#include <asio/experimental/deferred.hpp>
#include <asio/experimental/parallel_group.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>

namespace echelon::net {

void bell::ring() {
  ++rings_;
  timer_.cancel();
}

asio::awaitable<void> bell::rung_after(std::uint64_t heard) {
  // It may have rung between the caller's look and this first step.
  if (rings_ == heard)
    co_await timer_.async_wait(asio::experimental::as_tuple(asio::use_awaitable));
}

asio::awaitable<void> bell::wait(std::uint64_t heard, clock& time, nanoseconds due) {
  using asio::experimental::as_tuple;
  if (due == nanoseconds::max()) {
    co_await rung_after(heard);
    co_return;
  }
  const auto where = co_await asio::this_coro::executor;
  auto either = asio::experimental::make_parallel_group(
      asio::co_spawn(where, rung_after(heard), asio::experimental::deferred),
      asio::co_spawn(where, time.sleep_until(due), asio::experimental::deferred));
  co_await either.async_wait(asio::experimental::wait_for_one(), as_tuple(asio::use_awaitable));
}

}  // namespace echelon::net
