#include "experiments/embed/session.hpp"

#include <utility>

#include <asio/experimental/as_tuple.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>

#include "algorithms/base/contract.hpp"
#include "experiments/embed/session_core.hpp"

namespace echelon::embed {
namespace {

using core_ptr = std::shared_ptr<session_core>;

/// Waits until something has happened. False once the coroutine is cancelled.
asio::awaitable<bool> change(core_ptr core) {
  co_await core->signal().async_wait(asio::experimental::as_tuple(asio::use_awaitable));
  const asio::cancellation_state state = co_await asio::this_coro::cancellation_state;
  co_return state.cancelled() == asio::cancellation_type::none;
}

/// Waits until nothing is left; cancelling that stops the work.
asio::awaitable<void> until_over(core_ptr core) {
  const bool throws = co_await asio::this_coro::throw_if_cancelled();
  co_await asio::this_coro::throw_if_cancelled(false);
  while (!core->over()) {
    const bool goes_on = co_await change(core);
    if (!goes_on)
      core->stop();
  }
  co_await asio::this_coro::throw_if_cancelled(throws);
}

asio::awaitable<std::optional<actors::round_record>> next_round(core_ptr core) {
  for (bool goes_on = true; goes_on;) {
    auto round = core->take_round();
    if (round || core->over())
      co_return round;
    goes_on = co_await change(core);
  }
  co_return std::nullopt;
}

asio::awaitable<result<actors::run_outcome>> whole_run(core_ptr core) {
  co_await until_over(core);
  co_return core->end();
}

/// Prepares and begins, or says what was wrong once nothing is left.
asio::awaitable<result<void>> begun(core_ptr core) {
  const bool throws = co_await asio::this_coro::throw_if_cancelled();
  co_await asio::this_coro::throw_if_cancelled(false);
  bool goes_on = true;
  while (goes_on && !core->prepared())
    goes_on = co_await change(core);
  result<void> done;
  if (goes_on)
    done = core->begin();
  else
    done = fail(errc::interrupted, "the session was cancelled before it was open");
  if (!done) {
    core->stop();
    co_await until_over(core);
  }
  co_await asio::this_coro::throw_if_cancelled(throws);
  co_return done;
}

}  // namespace

session::~session() {
  if (core_)
    core_->close_now();
}

session& session::operator=(session&& other) noexcept {
  session gone{std::exchange(core_, std::exchange(other.core_, nullptr))};
  return *this;
}

asio::awaitable<result<session>> session::opened(std::shared_ptr<session_core> core) {
  const auto where = co_await asio::this_coro::executor;
  core->attach(where);
  auto done = co_await begun(core);
  if (!done)
    co_return pass_on(std::move(done));
  co_return session{std::move(core)};
}

asio::awaitable<result<session>> session::open(const experiments::scenario& what,
                                               const experiments::policy_catalogues& policies,
                                               const session_options& options) {
  return opened(std::make_shared<session_core>(what, policies, options));
}

asio::awaitable<result<session>> session::open(const experiments::scenario& what,
                                               const experiments::policy_catalogues& policies) {
  return open(what, policies, session_options{});
}

asio::awaitable<std::optional<actors::round_record>> session::round() {
  expects(core_ != nullptr);
  return next_round(core_);
}

asio::awaitable<result<actors::run_outcome>> session::run() {
  expects(core_ != nullptr);
  return whole_run(core_);
}

asio::awaitable<void> session::close() {
  expects(core_ != nullptr);
  core_->stop();
  return until_over(core_);
}

void session::interrupt() {
  expects(core_ != nullptr);
  core_->interrupt();
}

bool session::over() const { return !core_ || core_->over(); }

block session::weights() const { return core_ ? core_->weights() : block{}; }

const actors::training_setup& session::setup() const {
  expects(core_ != nullptr);
  return core_->setup();
}

}  // namespace echelon::embed
