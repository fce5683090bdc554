#pragma once

#include <cstdint>
#include <map>
#include <memory>

#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>
#include <asio/cancellation_signal.hpp>

#include "net/transports/bell.hpp"

namespace echelon::net {

/// Coroutines that belong together: counted, cancelled together, and waited for. None outlives its
/// scope unnoticed. Held by shared_ptr, since its coroutines hold it.
class scope : public std::enable_shared_from_this<scope> {
public:
  /// One of them; it may be cancelled after its end, too.
  class task {
  public:
    task(const asio::any_io_executor& where, std::uint64_t number)
        : number_(number), ended_bell_(where) {}
    void cancel() { cancels_.emit(asio::cancellation_type::terminal); }

  private:
    friend class scope;
    std::uint64_t number_;
    asio::cancellation_signal cancels_;
    bell ended_bell_;
    bool ended_ = false;
  };

  explicit scope(asio::any_io_executor where);

  /// May run until its first wait before this returns. Exceptions other than Asio's own go to
  /// whoever runs the executor.
  std::shared_ptr<task> spawn(asio::awaitable<void> what);
  /// Whether it ended by itself until then; at `due` it is cancelled.
  asio::awaitable<bool> ends_by(clock& time, nanoseconds due, asio::awaitable<void> what);
  void cancel_all();
  /// Returns once none is left.
  asio::awaitable<void> empty(clock& time);
  int count() const { return static_cast<int>(tasks_.size()); }
  const asio::any_io_executor& executor() const { return where_; }

private:
  void end(const std::shared_ptr<task>& which);

  asio::any_io_executor where_;
  std::uint64_t spawned_ = 0;
  std::map<std::uint64_t, std::shared_ptr<task>> tasks_;  ///< the eldest first
  bell ended_;
};

}  // namespace echelon::net
