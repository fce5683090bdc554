#pragma once

#include <memory>

#include "actors/runtime/event_loop.hpp"

namespace asio {
class any_io_executor;
class io_context;
}  // namespace asio

namespace echelon::runtime {

/// The real clock's loop, on an io_context that may be an embedder's own: actors run in turns
/// between his handlers, on whichever thread runs the context. One thread at a time may run it, or
/// it is given a strand.
class asio_loop final : public event_loop {
public:
  asio_loop(asio::io_context& context, nanoseconds start);
  /// On an executor that runs one handler at a time. Others run its context: `run` is not for it.
  asio_loop(const asio::any_io_executor& where, nanoseconds start);
  /// With a context of its own.
  explicit asio_loop(nanoseconds start);
  ~asio_loop() override;

  nanoseconds now() const override;
  void make_ready(caf::resumable* job) override;
  timer_id schedule(nanoseconds due, delivery what) override;
  bool cancel(timer_id timer) override;
  bool run() override;
  void stop() override;
  void watch(std::function<bool()> raised, std::function<void()> react) override;
  void drain() override;
  void discard() override;
  std::int64_t handled() const override;

private:
  void forget_timers();

  struct core;
  std::unique_ptr<asio::io_context> own_;
  std::shared_ptr<core> core_;
};

}  // namespace echelon::runtime
