#include "experiments/cluster/coordinator_search.hpp"

#include <chrono>

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>

#include "experiments/cluster/departure.hpp"
#include "net/transports/sockets.hpp"

namespace echelon::experiments {
namespace {

constexpr auto again_after = std::chrono::milliseconds{200};
/// For each address to let us in.
constexpr auto turn_time = std::chrono::seconds{3};

}  // namespace

asio::awaitable<result<std::shared_ptr<net::link>>> coordinator_search::find() {
  const nanoseconds patience = to_nanoseconds(settings_.patience);
  if (!has_choice()) {
    auto link = co_await hub_.connect(address(), settings_.coordinator, patience);
    co_return link;
  }
  const nanoseconds give_up = clock_.now() + patience;
  for (;; move_on()) {
    auto link = co_await knock();
    if (link || clock_.now() >= give_up)
      co_return link;
    if (settings_.interrupted && settings_.interrupted())
      co_return fail(errc::interrupted, "stopped on request");
    co_await clock_.sleep_until(clock_.now() + again_after);
  }
}

/// Where nobody listens, nobody is waited for.
asio::awaitable<result<std::shared_ptr<net::link>>> coordinator_search::knock() {
  const bool empty = co_await net::nobody_listens(address());
  if (empty)
    co_return fail(errc::unreachable, "nobody listens at {}", address());
  auto link = co_await hub_.connect(address(), settings_.coordinator, turn_time);
  co_return link;
}

void coordinator_search::watch(asio::io_context& io, const std::shared_ptr<net::link>& over,
                               std::function<void()> gone) {
  if (!has_choice())
    return;
  const auto unless_late = [this, gone = std::move(gone), watched = ++watched_] {
    if (watched == watched_)
      gone();
  };
  asio::co_spawn(io, watch_for_departure(over, address(), clock_, unless_late), asio::detached);
}

}  // namespace echelon::experiments
