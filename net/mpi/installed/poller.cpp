#include "net/mpi/installed/poller.hpp"

#include <algorithm>
#include <utility>

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/post.hpp>
#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>

namespace echelon::net {
namespace {

using std::chrono::steady_clock;

// A round trip over loopback takes some 20 us: so long an answer is worth a busy wait.
constexpr std::chrono::microseconds busy_for{100};
constexpr std::chrono::microseconds pause_max{500};
constexpr unsigned at_once_max = 8;

}  // namespace

struct poller::waiter {
  condition& what;
  asio::steady_timer woken;
  bool held = false;
};

poller::poller(asio::any_io_executor where, MPI_Comm ranks)
    : where_{std::move(where)}, ranks_{ranks}, pause_{where_} {}

asio::awaitable<bool> poller::until(condition& what) {
  messages_wait_ = true;
  if (what.holds()) {
    // A peer that is always ahead must not keep everybody else off the loop.
    if (++at_once_ % at_once_max == 0)
      co_await asio::post(where_, asio::use_awaitable);
    co_return true;
  }
  waiter self{what, asio::steady_timer{where_, steady_clock::time_point::max()}};
  waiters_.push_back(&self);
  wake();
  // Waking may have begun to poll at once.
  if (!self.held) {
    asio::error_code cancelled;
    co_await self.woken.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
  }
  std::erase(waiters_, &self);
  co_return self.held;
}

asio::awaitable<void> poller::until_surely(condition& what) {
  bool held = false;
  while (!held)
    held = co_await until(what);
}

void poller::wake() {
  if (waiters_.empty())
    return;
  woken_ = true;
  if (polling_) {
    pause_.cancel();
    return;
  }
  polling_ = true;
  asio::co_spawn(where_, poll(shared_from_this()), asio::detached);
}

asio::awaitable<void> poller::poll(std::shared_ptr<poller> self) {
  auto quiet_since = steady_clock::now();
  while (!self->waiters_.empty()) {
    const bool something = self->pass();
    const auto now = steady_clock::now();
    if (something || std::exchange(self->woken_, false))
      quiet_since = now;
    const auto quiet = now - quiet_since;
    if (quiet < busy_for) {
      co_await asio::post(self->where_, asio::use_awaitable);
      continue;
    }
    self->pause_.expires_after(std::min<steady_clock::duration>(quiet / 4, pause_max));
    asio::error_code woken;
    co_await self->pause_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
  }
  self->polling_ = false;
}

/// Answers whether anything happened.
bool poller::pass() {
  int waiting = 0;
  MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, ranks_, &waiting, MPI_STATUS_IGNORE);
  messages_wait_ = waiting != 0;
  return std::erase_if(waiters_, [](waiter* one) {
           if (!one->what.holds())
             return false;
           one->held = true;
           one->woken.cancel();
           return true;
         }) > 0;
}

}  // namespace echelon::net
