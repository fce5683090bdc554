#pragma once

#include <exception>
#include <optional>

#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

namespace echelon::tests {

/// A loop for tests of real sockets. They wait for what happens, never for a time; the deadline is
/// there so that a test that hangs fails.
struct real_loop {
  static constexpr std::chrono::seconds deadline{60};

  template <class T>
  T run(asio::awaitable<T> what) {
    std::optional<T> value;
    asio::co_spawn(loop, std::move(what), [&](std::exception_ptr failed, T answer) {
      if (failed)
        std::rethrow_exception(failed);
      value = std::move(answer);
    });
    run_until([&] { return value.has_value(); });
    return *std::move(value);
  }

  void start(asio::awaitable<void> what) {
    ++started;
    asio::co_spawn(loop, std::move(what), [this](std::exception_ptr failed) {
      --started;
      if (failed)
        std::rethrow_exception(failed);
    });
  }
  /// Until all that was started has ended.
  void finish() {
    run_until([&] { return started == 0; });
  }

  template <class Done>
  void run_until(Done done) {
    const auto due = std::chrono::steady_clock::now() + deadline;
    while (!done()) {
      loop.restart();
      loop.run_one_until(due);
      BOOST_REQUIRE(std::chrono::steady_clock::now() < due);
    }
  }
  /// All that can happen without waiting.
  void settle() {
    loop.restart();
    while (loop.poll() > 0)
      loop.restart();
  }

  asio::io_context loop;
  int started = 0;
};

}  // namespace echelon::tests
