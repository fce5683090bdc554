#include "experiments/cluster/node_process.hpp"

#include <deque>
#include <optional>
#include <variant>

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <caf/send.hpp>
#include <fmt/format.h>

#include "actors/cluster/agent.hpp"
#include "actors/cluster/seat_holders.hpp"
#include "actors/remote/call.hpp"
#include "experiments/cluster/coordinator_search.hpp"
#include "experiments/cluster/guest_post.hpp"
#include "experiments/cluster/node_preparation.hpp"
#include "experiments/cluster/node_seat.hpp"
#include "experiments/cluster/peer_seat.hpp"
#include "experiments/cluster/rooms.hpp"
#include "net/address.hpp"
#include "net/transports/bell.hpp"

namespace echelon::experiments {
namespace {

using namespace actors;

/// How often somebody who wants to stop is listened to.
constexpr auto look_every = std::chrono::milliseconds{200};
constexpr auto again_after = std::chrono::milliseconds{200};

/// What happened, in the order in which it did.
struct peer_lost {
  std::string peer;
  error why;
};
struct peer_came {
  std::string peer;
};

using event = std::variant<take_seat, expect_child, meet_peer, begin_learning, run_over, peer_lost,
                           peer_came>;

class node_process {
public:
  explicit node_process(const node_settings& settings)
      : settings_(settings),
        post_(
            settings.by, settings.name, [this](const std::string& what) { tell(what); },
            gateway_settings()) {}

  ~node_process() {
    leave_seat();
    if (agent_)
      caf::anon_send_exit(agent_, caf::exit_reason::kill);
    agent_ = nullptr;
    reception_ = nullptr;
    post_.end();
  }

  node_process(const node_process&) = delete;
  node_process& operator=(const node_process&) = delete;

  result<node_outcome> run() {
    post_.hub.on_link([this](std::shared_ptr<net::link> link) {
      const std::string peer = link->peer();
      post_.gateway->attach(std::move(link));
      happen(peer_came{peer});
    });
    asio::co_spawn(post_.io, conduct(), asio::detached);
    post_.loop.run();
    return std::move(*outcome_);
  }

private:
  remote::gateway_settings gateway_settings() {
    return {.room = [this](const remote::arrival& what) { return room_at_node(setup(), what); },
            .on_lost =
                [this](const std::string& peer, const error& why) {
                  happen(peer_lost{peer, why});
                },
            .log = [this](const std::string& what) { tell(what); }};
  }

  const training_setup_ptr& setup() const { return ready_.setup(); }

  void tell(const std::string& what) const {
    if (settings_.tell)
      settings_.tell(what);
  }

  void happen(event what) {
    events_.push_back(std::move(what));
    news_.ring();
  }

  asio::awaitable<void> stop_on_request() {
    while (!outcome_ && !(settings_.interrupted && settings_.interrupted()))
      co_await post_.clock.sleep_until(post_.clock.now() + look_every);
    if (outcome_)
      co_return;
    outcome_.emplace(fail(errc::interrupted, "stopped on request"));
    news_.ring();
    if (coordinator_.empty())  // one that is away is looked for long
      co_await post_.hub.close();
  }

  asio::awaitable<void> conduct() {
    asio::co_spawn(post_.io, stop_on_request(), asio::detached);
    if (auto listens = co_await listen_where_told(); !listens) {
      outcome_.emplace(pass_on(std::move(listens)));
    } else {
      while (!outcome_) {
        auto link = co_await search_.find();
        if (!link && !outcome_)
          outcome_.emplace(pass_on(std::move(link)));
        else if (!outcome_)
          co_await take_part(*std::move(link));
        coordinator_.clear();
        if (!outcome_)
          co_await post_.clock.sleep_until(post_.clock.now() + again_after);
      }
    }
    co_await post_.close();
    post_.loop.stop();
  }

  asio::awaitable<result<void>> listen_where_told() {
    if (settings_.listen.empty())
      co_return result<void>{};
    auto where = co_await post_.hub.listen(settings_.listen);
    if (!where)
      co_return pass_on(std::move(where));
    listening_ = *where;
    co_return result<void>{};
  }

  /// Beside our end of the link; a transport that does not let us is no reason to stay away.
  asio::awaitable<void> listen_beside(const net::link& link) {
    if (!listening_.empty())
      co_return;
    auto where = co_await post_.hub.listen(net::beside(link.local()));
    if (where)
      listening_ = *where;
  }

  /// One stay with one coordinator, until the run or the link is over.
  asio::awaitable<void> take_part(std::shared_ptr<net::link> link) {
    coordinator_ = link->peer();
    co_await listen_beside(*link);
    search_.watch(post_.io, link, [this, peer = coordinator_] {
      happen(peer_lost{peer, {errc::unreachable, "its process has ended"}});
    });
    post_.gateway->attach(std::move(link));
    agent_ = runtime::spawn_role<agent_handle, agent_state>(
        *post_.system, [this](const std::string& what) { fail_with(what); }, agent, orders());
    post_.gateway->publish("agent", agent_, {.peers = {coordinator_}});
    reception_ = post_.gateway->bind<reception_handle>(coordinator_, "reception/" + settings_.name);
    auto joined = co_await join();
    if (!joined && joined.error().code != errc::unreachable)
      outcome_.emplace(pass_on(std::move(joined)));
    while (joined && !outcome_ && !coordinator_.empty())
      co_await handle_next();
    leave_seat();
    events_.clear();
    caf::anon_send_exit(agent_, caf::exit_reason::kill);
    // Another stay begins with links of its own.
    for (const std::string& peer : post_.gateway->peers())
      post_.gateway->detach(peer, outcome_ ? "its process leaves" : "joining again");
  }

  agent_orders orders() {
    return {.take = [this](const take_seat& what) { happen(what); },
            .expect = [this](const expect_child& what) { happen(what); },
            .meet = [this](const meet_peer& what) { happen(what); },
            .begin = [this](const begin_learning& what) { happen(what); },
            .over = [this](const run_over& what) { happen(what); }};
  }

  asio::awaitable<result<void>> join() {
    const join_run word{settings_.version, listening_, seat_before_};
    auto brief = co_await remote::call<run_brief>(reception_, word, answer_time);
    if (!brief)
      co_return pass_on(std::move(brief));
    const nanoseconds patience = to_nanoseconds(seconds{brief->peer_timeout_s});
    if (patience > nanoseconds{0})
      post_.hub.judge_peers_by(patience);
    auto prepared = co_await ready_.prepare(*brief, reception_);
    if (!prepared)
      co_return pass_on(std::move(prepared));
    caf::anon_send(reception_, node_ready{});
    co_return result<void>{};
  }

  asio::awaitable<void> handle_next() {
    while (events_.empty()) {
      if (outcome_)
        co_return;
      co_await news_.wait(news_.rings(), post_.clock, post_.clock.now() + look_every);
    }
    const event next = std::move(events_.front());
    events_.pop_front();
    if (const auto* order = std::get_if<take_seat>(&next))
      co_await sit(*order);
    else if (const auto* child = std::get_if<expect_child>(&next))
      expect(*child);
    else if (const auto* neighbour = std::get_if<meet_peer>(&next))
      co_await meet(*neighbour);
    else if (const auto* go = std::get_if<begin_learning>(&next))
      begin(*go);
    else if (const auto* over = std::get_if<run_over>(&next))
      end(*over);
    else if (const auto* lost = std::get_if<peer_lost>(&next))
      mourn(*lost);
    else
      greet(std::get<peer_came>(next).peer);
  }

  void leave_seat() {
    seat_.reset();
    peer_.reset();
    expected_.clear();
    neighbours_.clear();
  }

  void sit_among_peers(const take_seat& order) {
    leave_seat();
    peer_ = std::make_unique<peer_seat>(post_.io, *post_.gateway, setup(), order.seat.number,
                                        coordinator_, settings_.threads,
                                        [this](const std::string& what) { fail_with(what); });
    seat_before_ = order.seat;
    tell(describe(order.seat.number, *setup()));
    caf::anon_send(reception_, seat_taken{order.seat, true});
  }

  asio::awaitable<void> sit(take_seat order) {
    if (setup()->peers)
      co_return sit_among_peers(order);
    seat_.reset();
    bool reached = true;
    const bool known = order.parent_address.empty() || order.parent_peer == coordinator_;
    if (!known) {
      // Whatever there was before: the other side may have given it up already.
      post_.gateway->detach(order.parent_peer, "beginning anew");
      auto link = co_await post_.hub.connect(order.parent_address, order.parent_peer,
                                             std::chrono::seconds{5});
      reached = link.has_value();
      if (link)
        post_.gateway->attach(*std::move(link));
      else
        tell(fmt::format("{} at {} cannot be reached: {}", order.parent_peer, order.parent_address,
                         link.error().detail));
    }
    if (reached) {
      expected_.clear();
      seat_ = std::make_unique<node_seat>(post_.io, *post_.gateway, setup(), order,
                                          settings_.threads, ready_.memories(),
                                          [this](const std::string& what) { fail_with(what); });
      seat_before_ = order.seat;
      tell(describe(order, *setup()));
    }
    caf::anon_send(reception_, seat_taken{order.seat, reached});
  }

  /// Calls a neighbour, or waits for its call.
  asio::awaitable<void> meet(meet_peer what) {
    if (neighbours_.give(what.peer, what.name) && peer_)
      peer_->part(what.peer);  // whose end we had not heard of yet
    if (!what.address.empty() && !post_.gateway->counts(what.name)) {
      auto link = co_await post_.hub.connect(what.address, what.name, std::chrono::seconds{5});
      if (link)
        post_.gateway->attach(*std::move(link));
      else
        tell(fmt::format("{} at {} cannot be reached: {}", what.name, what.address,
                         link.error().detail));
    }
    greet(what.name);
  }

  void begin(const begin_learning& what) {
    if (peer_)
      peer_->begin(what.joins);
  }

  /// A neighbour that is connected, and is to be met: whichever is known first.
  void greet_neighbour(const std::string& name) {
    const auto neighbour = neighbours_.seat_of(name);
    if (!peer_ || !neighbour || !post_.gateway->counts(name))
      return;
    peer_->meet(*neighbour, name);
    caf::anon_send(reception_, peer_met{*neighbour, true});
  }

  void expect(const expect_child& what) {
    expected_.give(what.child, what.peer);
    greet(what.peer);
  }

  /// A peer that is connected, and is to be a child: whichever is known first.
  void greet(const std::string& peer) {
    greet_neighbour(peer);
    const auto child = expected_.seat_of(peer);
    if (!seat_ || !child || !post_.gateway->counts(peer))
      return;
    seat_->seat_child(*child, peer);
    caf::anon_send(reception_, child_presence{*child, true});
  }

  void mourn(const peer_lost& what) {
    if (what.peer == coordinator_) {
      tell(fmt::format("the coordinator is gone: {}", what.why.detail));
      coordinator_.clear();
      search_.move_on();
      return;
    }
    if (seat_ && seat_->order().parent_peer == what.peer) {
      tell(fmt::format("the parent, {}, is gone: {}", what.peer, what.why.detail));
      caf::anon_send(reception_, seat_taken{seat_->order().seat, false});
      return;
    }
    if (const auto neighbour = neighbours_.lose(what.peer); neighbour && peer_) {
      tell(fmt::format("{} (peer/{}) is gone: {}", what.peer, *neighbour, what.why.detail));
      peer_->part(*neighbour);
      caf::anon_send(reception_, peer_met{*neighbour, false});
    }
    if (const auto child = expected_.lose(what.peer)) {
      tell(fmt::format("{} ({}) is gone: {}", what.peer, to_string(*child), what.why.detail));
      caf::anon_send(reception_, child_presence{*child, false});
    }
  }

  void end(const run_over& what) {
    // One that was interrupted will be resumed: it is waited for.
    if (what.status != run_status::interrupted)
      outcome_.emplace(node_outcome{what.status, what.reason});
    else
      tell("the coordinator stopped and will be back");
  }

  void fail_with(const std::string& what) {
    if (!outcome_)
      outcome_.emplace(fail(errc::not_supported, "an actor threw: {}", what));
  }

  const node_settings& settings_;
  guest_post post_;
  agent_handle agent_;
  reception_handle reception_;
  std::string coordinator_;
  coordinator_search search_{post_.hub, post_.clock, settings_};
  std::string listening_;
  node_id seat_before_ = no_seat;
  node_preparation ready_{post_.io, settings_};
  std::unique_ptr<node_seat> seat_;
  std::unique_ptr<peer_seat> peer_;  ///< instead, where there is no coordinator
  seat_holders<std::int32_t> neighbours_;
  seat_holders<node_id> expected_;  ///< children
  std::deque<event> events_;
  net::bell news_{post_.io.get_executor()};  ///< rings for each event
  std::optional<result<node_outcome>> outcome_;
};

}  // namespace

result<node_outcome> run_node(const node_settings& settings) {
  return node_process{settings}.run();
}

}  // namespace echelon::experiments
