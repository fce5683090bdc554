#pragma once

#include <exception>
#include <optional>

#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

#include "net/hand_clock.hpp"
#include "net/transports/loopback.hpp"

namespace echelon::tests {

/// A network in memory and a clock that moves when nothing is left to do.
struct hand_world {
  explicit hand_world(std::uint64_t seed = 1) : network{loop.get_executor(), time, seed} {}

  /// Runs it, and all else, until it ends.
  template <class T>
  T run(asio::awaitable<T> what) {
    std::optional<T> value;
    asio::co_spawn(loop, std::move(what), [&](std::exception_ptr failed, T answer) {
      if (failed)
        std::rethrow_exception(failed);
      value = std::move(answer);
    });
    BOOST_REQUIRE(net::drive(loop, time, [&] { return value.has_value(); }));
    return *std::move(value);
  }

  /// Starts it; it goes on whenever something is run.
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
    BOOST_REQUIRE(net::drive(loop, time, [&] { return started == 0; }));
  }

  net::hand_clock time;
  asio::io_context loop;
  net::loopback_network network;
  int started = 0;
};

}  // namespace echelon::tests
