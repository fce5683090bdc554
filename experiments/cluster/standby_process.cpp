#include "experiments/cluster/standby_process.hpp"

#include <chrono>
#include <optional>

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <caf/send.hpp>
#include <fmt/format.h>

#include "actors/cluster/agent.hpp"
#include "actors/remote/call.hpp"
#include "experiments/cluster/departure.hpp"
#include "experiments/cluster/guest_post.hpp"
#include "experiments/run/record_claim.hpp"
#include "net/transports/bell.hpp"
#include "net/transports/sockets.hpp"

namespace echelon::experiments {
namespace {

using namespace actors;

constexpr auto look_every = std::chrono::milliseconds{100};
constexpr auto again_after = std::chrono::milliseconds{200};
constexpr auto answer_time = std::chrono::seconds{30};
/// For a coordinator that listens to let us in.
constexpr auto door_time = std::chrono::seconds{5};

class standby_process {
public:
  explicit standby_process(const standby_settings& settings)
      : settings_(settings), post_(settings.by, settings.name, {}, gateway_settings()) {}

  ~standby_process() { post_.end(); }

  standby_process(const standby_process&) = delete;
  standby_process& operator=(const standby_process&) = delete;

  result<std::uint64_t> run() {
    asio::co_spawn(post_.io, conduct(), asio::detached);
    post_.loop.run();
    return std::move(*outcome_);
  }

private:
  remote::gateway_settings gateway_settings() {
    return {.on_lost = [this](const std::string&, const error& why) { lose(why); }, .log = {}};
  }

  void tell(const std::string& what) const {
    if (settings_.tell)
      settings_.tell(what);
  }

  /// Over is the watch, not the coordinator: whether that is gone is seen when we knock again,
  /// unless it has been silent for so long that it counts as dead.
  void lose(const error& why) {
    lost_ = why;
    news_.ring();
  }

  asio::awaitable<void> conduct() {
    if (auto door = co_await post_.carrier->listen(settings_.listens); !door)
      outcome_.emplace(pass_on(std::move(door)));
    else
      (*door)->close();
    while (!outcome_) {
      auto link = co_await knock();
      if (link)
        co_await watch(*std::move(link));
      else if (met_ && !outcome_)
        co_await succeed();
      if (settings_.interrupted && settings_.interrupted() && !outcome_)
        outcome_.emplace(fail(errc::interrupted, "stopped on request"));
      if (!outcome_)
        co_await post_.clock.sleep_until(post_.clock.now() + again_after);
    }
    co_await post_.close();
    post_.loop.stop();
  }

  asio::awaitable<result<std::shared_ptr<net::link>>> knock() {
    if (co_await net::nobody_listens(settings_.watches))
      co_return fail(errc::unreachable, "nobody listens at {}", settings_.watches);
    auto link = co_await post_.hub.connect(settings_.watches, settings_.coordinator, door_time);
    if (!link && !met_ && link.error().detail != std::exchange(complaint_, link.error().detail))
      tell(fmt::format("{} cannot be watched yet: {}", settings_.watches, link.error().detail));
    co_return link;
  }

  /// As long as the link lasts.
  asio::awaitable<void> watch(std::shared_ptr<net::link> link) {
    lost_.reset();
    const std::string peer = link->peer();
    const std::uint64_t watched = ++watches_;
    asio::co_spawn(post_.io,
                   watch_for_departure(link, settings_.watches, post_.clock,
                                       [this, watched] {
                                         if (watched == watches_)
                                           lose({errc::unreachable, "its process has ended"});
                                       }),
                   asio::detached);
    post_.gateway->attach(std::move(link));
    const agent_handle agent_here = runtime::spawn_role<agent_handle, agent_state>(
        *post_.system, [this](const std::string& what) { tell(what); }, agent, orders());
    post_.gateway->publish("agent", agent_here, {.peers = {peer}});
    if (auto met = co_await meet(peer); !met) {
      const errc why = met.error().code;
      if (why == errc::unreachable || why == errc::timed_out)
        lose(met.error());
      else
        outcome_.emplace(pass_on(std::move(met)));
    }
    while (!lost_ && !outcome_) {
      co_await news_.wait(news_.rings(), post_.clock, post_.clock.now() + look_every);
      if (settings_.interrupted && settings_.interrupted())
        outcome_.emplace(fail(errc::interrupted, "stopped on request"));
    }
    ++watches_;
    caf::anon_send_exit(agent_here, caf::exit_reason::kill);
    post_.gateway->detach(peer, "it stands by no more");
    if (!outcome_ && met_ && lost_->code == errc::timed_out)
      outcome_.emplace(*met_);
    if (!outcome_)
      tell(fmt::format("the coordinator is lost: {}", lost_->detail));
  }

  /// Whether that is the run that we can go on with.
  asio::awaitable<result<void>> meet(std::string peer) {
    const auto reception = post_.gateway->bind<reception_handle>(peer,
                                                                 "reception/" + settings_.name);
    const join_run word{settings_.version, "", no_seat};
    auto brief = co_await remote::call<run_brief>(reception, word, answer_time);
    if (!brief)
      co_return pass_on(std::move(brief));
    if (brief->scenario.text() != settings_.scenario)
      co_return fail(errc::bad_input,
                     "{} coordinates another scenario; start both with the same one and the same "
                     "settings",
                     settings_.watches);
    const auto holder = record_claim::look(settings_.folder);
    if (!holder || holder->writer.run != brief->run)
      co_return fail(errc::bad_input,
                     "{}: is not the record that {} writes; both need the same folder (--out), on "
                     "a disk that they share",
                     settings_.folder.string(), settings_.watches);
    patience_ = to_nanoseconds(seconds{brief->peer_timeout_s});
    if (patience_ > nanoseconds{0})
      post_.hub.judge_peers_by(patience_);
    auto noted = co_await remote::call<void>(reception, standing_by{}, answer_time);
    if (!noted)
      co_return pass_on(std::move(noted));
    met_ = brief->run;
    is_leaving_ = false;
    tell(fmt::format("standing by for {} (epoch {})", settings_.watches, holder->epoch));
    co_return result<void>{};
  }

  agent_orders orders() {
    return {.take = [](const take_seat&) {},
            .expect = [](const expect_child&) {},
            .meet = [](const meet_peer&) {},
            .begin = [](const begin_learning&) {},
            .over = [this](const run_over& what) { note_end(what); }};
  }

  /// One that said goodbye has a record to complete before it gives that back.
  asio::awaitable<void> succeed() {
    const nanoseconds due = post_.clock.now() + (is_leaving_ ? patience_ : nanoseconds{0});
    const auto claims_it = [this] {
      const auto holder = record_claim::look(settings_.folder);
      return holder && holder->writer.run == *met_;
    };
    while (post_.clock.now() < due && claims_it())
      co_await post_.clock.sleep_until(post_.clock.now() + look_every);
    outcome_.emplace(*met_);
  }

  void note_end(const run_over& what) {
    if (what.status == run_status::failed && !outcome_)
      outcome_.emplace(fail(errc::timed_out, "the run failed: {}", what.reason));
    else
      tell(what.status == run_status::done ? "the run is done" : "the coordinator stops");
    is_leaving_ = true;
    news_.ring();
  }

  const standby_settings& settings_;
  guest_post post_;
  net::bell news_{post_.io.get_executor()};
  std::optional<error> lost_;         ///< the link
  std::optional<std::uint64_t> met_;  ///< the coordinator's number in the record
  nanoseconds patience_{0};           ///< with it
  bool is_leaving_ = false;           ///< it said so
  std::uint64_t watches_ = 0;         ///< counted, so that none hears of an earlier one's end
  std::string complaint_;
  std::optional<result<std::uint64_t>> outcome_;
};

}  // namespace

result<std::uint64_t> stand_by(const standby_settings& settings) {
  return standby_process{settings}.run();
}

}  // namespace echelon::experiments
