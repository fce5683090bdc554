#include "net/link/scope.hpp"

#include <exception>
#include <utility>

#include <asio/bind_cancellation_slot.hpp>
#include <asio/co_spawn.hpp>
#include <asio/system_error.hpp>

namespace echelon::net {
namespace {

/// Cancels on every way out.
struct cancelling {
  std::shared_ptr<scope::task> what;
  ~cancelling() { what->cancel(); }
};

void pass_on_bugs(const std::exception_ptr& failed) {
  try {
    if (failed)
      std::rethrow_exception(failed);
  } catch (const asio::system_error&) {
    // Cancelled while it waited.
  }
}

}  // namespace

scope::scope(asio::any_io_executor where) : where_(std::move(where)), ended_(where_) {}

std::shared_ptr<scope::task> scope::spawn(asio::awaitable<void> what) {
  auto made = std::make_shared<task>(where_, ++spawned_);
  tasks_.emplace(made->number_, made);
  asio::co_spawn(
      where_, std::move(what),
      asio::bind_cancellation_slot(made->cancels_.slot(),
                                   [self = shared_from_this(), made](std::exception_ptr failed) {
                                     self->end(made);
                                     pass_on_bugs(failed);
                                   }));
  return made;
}

void scope::end(const std::shared_ptr<task>& which) {
  tasks_.erase(which->number_);
  which->ended_ = true;
  which->ended_bell_.ring();
  ended_.ring();
}

asio::awaitable<bool> scope::ends_by(clock& time, nanoseconds due, asio::awaitable<void> what) {
  const cancelling inner{spawn(std::move(what))};
  for (;;) {
    const std::uint64_t heard = inner.what->ended_bell_.rings();
    if (inner.what->ended_)
      co_return true;
    if (time.now() >= due)
      co_return false;
    co_await inner.what->ended_bell_.wait(heard, time, due);
  }
}

void scope::cancel_all() {
  const auto all = tasks_;
  for (const auto& [number, each] : all)
    each->cancel();
}

asio::awaitable<void> scope::empty(clock& time) {
  for (;;) {
    const std::uint64_t heard = ended_.rings();
    if (tasks_.empty())
      co_return;
    co_await ended_.wait(heard, time, nanoseconds::max());
  }
}

}  // namespace echelon::net
