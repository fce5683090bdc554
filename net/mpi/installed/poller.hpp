#pragma once

#include <memory>
#include <utility>
#include <vector>

#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>
#include <asio/steady_timer.hpp>
#include <mpi.h>

namespace echelon::net {

/// What a coroutine waits for: asked again and again, on the loop's thread, until it says yes.
class condition {
public:
  /// May take the message or finish the request it waits for, but touches no other waiter.
  virtual bool holds() = 0;

protected:
  ~condition() = default;
};

/// Holds when `Asks` answers true.
template <class Asks>
class when final : public condition {
public:
  explicit when(Asks asks) : asks_{std::move(asks)} {}
  bool holds() override { return asks_(); }

public:
  Asks asks_;
};

/// Lets coroutines wait for MPI, which has no event to wait for: polls while somebody waits, busily
/// while things happen, at growing intervals when they do not. Polling a condition costs a fraction
/// of a microsecond; one pass asks all of them.
class poller : public std::enable_shared_from_this<poller> {
public:
  poller(asio::any_io_executor where, MPI_Comm ranks);
  poller(const poller&) = delete;
  poller& operator=(const poller&) = delete;

  /// Answers whether it holds; false when the coroutine was cancelled first.
  asio::awaitable<bool> until(condition& what);
  /// Cannot be cancelled: for memory that MPI is still working on.
  asio::awaitable<void> until_surely(condition& what);
  /// Conditions have changed by something else than MPI: ask them soon.
  void wake();

  /// False: certainly no message is waiting to be matched, so nobody need look for his own.
  bool messages_wait() const { return messages_wait_; }

  const asio::any_io_executor& where() const { return where_; }
  MPI_Comm ranks() const { return ranks_; }

private:
  struct waiter;

  static asio::awaitable<void> poll(std::shared_ptr<poller> self);
  bool pass();

  asio::any_io_executor where_;
  MPI_Comm ranks_;
  asio::steady_timer pause_;
  std::vector<waiter*> waiters_;
  unsigned at_once_ = 0;  ///< waits that found their condition true already
  bool messages_wait_ = true;
  bool polling_ = false;
  bool woken_ = false;
};

}  // namespace echelon::net
