#pragma once

// GCC 12 at -O1 inlines one half of how Asio allocates coroutines, and takes it for a mismatch.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

#include <exception>
#include <functional>
#include <optional>
#include <utility>

#include <asio/bind_cancellation_slot.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>
#include <asio/use_awaitable.hpp>

#include "algorithms/base/contract.hpp"
#include "experiments/embed/embed.hpp"
#include "experiments/run/build.hpp"

namespace echelon::tests {

/// Small settings that every embedding test starts from: glyphs, a linear model, four workers.
inline embed::settings small_settings(std::string_view world, int rounds) {
  embed::settings made;
  made.set("data.samples", 120)
      .set("model.kind", "softmax")
      .set("topology.workers", 4)
      .set("coding.policy", "fractional-repetition")
      .set("coding.stragglers", 1)
      .set("optimizer.batch", 4)
      .set("runtime.world", std::string{world})
      .set("runtime.math", "portable")
      .set("scenario.rounds", rounds);
  return made;
}

inline experiments::scenario resolved(const embed::settings& given,
                                      const experiments::policy_catalogues& policies = {}) {
  auto made = given.resolve(policies);
  if (!made)
    throw std::runtime_error{made.error().detail};
  return *std::move(made);
}

inline embed::session_options one_thread() {
  embed::session_options options;
  options.threads = 1;
  return options;
}

/// Runs the loop until it has nothing left to do, and passes on what the coroutine threw.
template <class T>
T finish(asio::io_context& io, asio::awaitable<T> work) {
  std::optional<T> value;
  std::exception_ptr thrown;
  asio::co_spawn(io, std::move(work), [&](std::exception_ptr wrong, T made) {
    thrown = wrong;
    value = std::move(made);
  });
  io.restart();
  io.run();
  if (thrown)
    std::rethrow_exception(thrown);
  expects(value.has_value());
  return *std::move(value);
}

/// Opens a session, or throws what was wrong.
inline asio::awaitable<embed::session> open(experiments::scenario what,
                                            embed::session_options options,
                                            experiments::policy_catalogues policies) {
  auto opened = co_await embed::session::open(what, policies, options);
  if (!opened)
    throw std::runtime_error{opened.error().detail};
  co_return *std::move(opened);
}

inline asio::awaitable<embed::session> open(const experiments::scenario& what,
                                            const embed::session_options& options) {
  return open(what, options, experiments::policy_catalogues{});
}

inline asio::awaitable<embed::session> open(const experiments::scenario& what) {
  return open(what, one_thread(), experiments::policy_catalogues{});
}

/// Opens, runs to the end, and tells what became of it.
inline asio::awaitable<result<actors::run_outcome>> whole(experiments::scenario what,
                                                          embed::session_options options) {
  embed::session here = co_await open(what, options);
  co_return co_await here.run();
}

/// As the blocking way gives it.
inline actors::run_outcome alone(const experiments::scenario& what) {
  actors::run_observer nobody;
  const auto world = what.simulated() ? actors::world_kind::simulated : actors::world_kind::local;
  return *actors::run_training(*experiments::build(what, experiments::policy_catalogues{}),
                               {.world = world}, nobody);
}

/// A coroutine under way that can be cancelled; runs on `io` when that runs.
class task {
public:
  task(asio::io_context& io, asio::awaitable<void> work) {
    asio::co_spawn(io, std::move(work),
                   asio::bind_cancellation_slot(stop_.slot(), [this](std::exception_ptr wrong) {
                     over_ = true;
                     thrown_ = wrong;
                   }));
  }
  void cancel(asio::cancellation_type how = asio::cancellation_type::terminal) { stop_.emit(how); }
  bool over() const { return over_; }
  bool threw() const { return thrown_ != nullptr; }

private:
  asio::cancellation_signal stop_;
  bool over_ = false;
  std::exception_ptr thrown_;
};

}  // namespace echelon::tests
