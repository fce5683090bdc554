#include "experiments/cluster/coordinator_process.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <random>
#include <set>

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>
#include <caf/send.hpp>
#include <fmt/format.h>

#include "actors/cluster/front_desk.hpp"
#include "actors/cluster/introductions.hpp"
#include "actors/cluster/shipping.hpp"
#include "actors/peers/peer_session.hpp"
#include "actors/peers/peering.hpp"
#include "actors/remote/call.hpp"
#include "actors/remote/gateway.hpp"
#include "actors/runtime/asio_loop.hpp"
#include "experiments/cluster/guests.hpp"
#include "experiments/cluster/incarnation.hpp"
#include "experiments/cluster/peer_seat.hpp"
#include "experiments/cluster/rooms.hpp"
#include "net/hub.hpp"
#include "net/real_clock.hpp"

namespace echelon::experiments {
namespace {

using namespace actors;

constexpr auto look_every = std::chrono::milliseconds{50};
constexpr auto view_every = std::chrono::seconds{1};
constexpr auto goodbye_time = std::chrono::seconds{3};
constexpr node_id the_coordinator{role::coordinator, 0};

class coordinator_process {
public:
  coordinator_process(training_setup_ptr setup, run_options options, run_observer& observer,
                      const coordinator_settings& settings)
      : setup_(std::move(setup)), options_(std::move(options)), settings_(settings),
        observer_(observer), loop_(io_, options_.resume ? options_.resume->clock : nanoseconds{0}),
        carrier_(settings.by.make(io_.get_executor())),
        hub_(io_.get_executor(), clock_, *carrier_, hub_settings()),
        desk_(setup_->topology, settings.name, settings.stands_in, outlets()) {
    options_.members = &desk_.members();
    options_.members_wait = settings.nodes_wait;
    options_.keeps_all = [this] {
      return std::ranges::any_of(guests_, [](const auto& each) { return each.second.stands_by; });
    };
    room_.brief.scenario = blob::copy(std::as_bytes(std::span{options_.scenario}));
    room_.brief.run = settings.run;
    room_.brief.ships_data = settings.ships_data;
    room_.brief.peer_timeout_s = settings.peer_timeout.count();
  }

  result<run_outcome> run() {
    if (setup_->peers)
      open_peers();
    else
      ECHELON_CHECK(open_tree());
    hub_.on_link([this](std::shared_ptr<net::link> link) { welcome(std::move(link)); });
    asio::co_spawn(io_, conduct(), asio::detached);
    loop_.run();
    if (failed_)
      return std::unexpected(*failed_);
    run_outcome outcome = run_->outcome();
    for (const auto& [peer, who] : guests_)
      caf::anon_send_exit(who.reception, caf::exit_reason::kill);
    guests_.clear();
    gateway_.reset();
    return outcome;
  }

private:
  result<void> open_tree() {
    ECHELON_TRY(auto opened, session::open(
                                 setup_, options_, observer_, loop_, [] {},
                                 [](host& here, const coordinator_handle&) {
                                   return here.empty_seats(the_coordinator);
                                 }));
    tree_ = opened.get();
    run_ = std::move(opened);
    gateway_.emplace(run_->here().system(), loop_, gateway_settings());
    gateway_->publish<parent_handle>(to_string(the_coordinator), tree_->root());
    return {};
  }

  void note_standby(const std::string& peer) {
    guests_[peer].stands_by = true;
    tell(fmt::format("{} stands by: from now on a checkpoint is written after every round", peer));
  }

  /// Peers report here and are told of each other; everything else they settle among themselves.
  void open_peers() {
    auto opened = std::make_unique<peer_session>(
        setup_, options_, observer_, loop_, [] {}, false);
    gateway_.emplace(opened->here().system(), loop_, gateway_settings());
    gateway_->publish<books_handle>(std::string{books_name}, opened->books());
    peers_ = opened.get();
    run_ = std::move(opened);
    if (setup_->peers->probe_every > 0)
      tell("merging.probe_every has no effect here: no process has all peers' models");
    meetings_.emplace(
        setup_->peers->peers(),
        [plan = setup_->peers](index a, index b) { return meet(*plan, a, b); },
        [this](index a, index b) { introduce(a, b); });
    room_.met = [this](const std::string& peer, const peer_met& what) {
      if (const auto seat = desk_.seats().seat_of(peer)) {
        meetings_->met(seat->number, what.peer, what.here);
        begin_late(seat->number);
        begin_late(what.peer);
      }
    };
  }

  /// Who comes when the others are under way joins them once it has met its neighbours.
  void begin_late(index peer) {
    if (begun_.empty() || !meetings_->complete(peer) || !begun_.insert(peer).second)
      return;
    send(process_of(peer), begin_learning{.joins = true});
  }

  const std::string& process_of(index peer) const {
    return desk_.seats().occupant({role::worker, static_cast<std::int32_t>(peer)});
  }

  void seat_peer(std::int32_t number, const std::string& process) {
    peers_->seat(number, gateway_->bind<graph_hearer_handle>(process, graph_name(number)));
    meetings_->seated(number);
  }

  void introduce(index a, index b) {
    if (desk_.listening_of(process_of(b)).empty())
      std::swap(a, b);
    const std::string& caller = process_of(a);
    const std::string& called = process_of(b);
    const std::string address = desk_.listening_of(called);
    if (address.empty())
      return tell(fmt::format("{} and {} are neighbours, and neither listens", caller, called));
    send(called, meet_peer{static_cast<std::int32_t>(a), caller, ""});
    send(caller, meet_peer{static_cast<std::int32_t>(b), called, address});
  }

  net::hub_settings hub_settings() {
    return {.name = settings_.name,
            .incarnation = new_incarnation(),
            .peer_timeout = to_nanoseconds(settings_.peer_timeout),
            .admits = settings_.by.admits,
            .log = [this](const std::string& what) { tell(what); },
            .seed = setup_->seed};
  }

  remote::gateway_settings gateway_settings() {
    return {.room = room_for_answers(*setup_),
            .on_health = [this](const std::string& peer, net::health now) { mind(peer, now); },
            .on_lost = [this](const std::string& peer, const error& why) { lose(peer, why); },
            .log = [this](const std::string& what) { tell(what); }};
  }

  front_desk_outlets outlets() {
    return {
        .order = [this](const std::string& peer, const take_seat& what) { send(peer, what); },
        .expect = [this](const std::string& peer, const expect_child& what) { send(peer, what); },
        .seat_child =
            [this](node_id child, const std::string& peer) {
              if (peers_ != nullptr)
                seat_peer(child.number, peer);
              else
                seat(child, gateway_->bind<child_handle>(peer, to_string(child)), true);
            },
        .stand_in = [this](node_id edge) { stand_in(edge); },
        .step_down = [this](node_id edge) { step_down(edge); },
        .changed =
            [this] {
              if (tree_ != nullptr)
                caf::anon_send(tree_->root(), members_changed{});
            },
        .tell = [this](const std::string& what) { tell(what); }};
  }

  template <class Message>
  void send(const std::string& peer, const Message& what) {
    if (const auto found = guests_.find(peer); found != guests_.end())
      caf::anon_send(found->second.agent, what);
  }

  void tell(const std::string& what) const {
    if (settings_.tell)
      settings_.tell(what);
  }

  void welcome(std::shared_ptr<net::link> link) {
    const std::string peer = link->peer();
    if (guests_.contains(peer))
      lose(peer, {errc::unreachable, "it has begun anew"});
    guest& who = guests_[peer];
    who.link = link;
    gateway_->attach(std::move(link));
    who.reception = runtime::spawn_role<reception_handle, reception_state>(
        run_->here().system(), [this](const std::string& what) { tell(what); }, reception, &room_,
        peer);
    gateway_->publish("reception/" + peer, who.reception, {.peers = {peer}});
    who.agent = gateway_->bind<agent_handle>(peer, "agent");
  }

  void lose(const std::string& peer, const error& why) {
    const auto found = guests_.find(peer);
    if (found == guests_.end() || run_->over())
      return;
    tell(fmt::format("{} is gone: {}", peer, why.detail));
    gateway_->withdraw("reception/" + peer);
    caf::anon_send_exit(found->second.reception, caf::exit_reason::kill);
    guests_.erase(found);
    if (const auto seat = desk_.seats().seat_of(peer); seat && peers_ != nullptr) {
      meetings_->left(seat->number);
      if (begun_.erase(seat->number) > 0)
        caf::anon_send(peers_->books(), peer_gone{seat->number});
    }
    desk_.lost(peer);
  }

  void mind(const std::string& peer, net::health now) {
    if (const auto found = guests_.find(peer); found != guests_.end())
      found->second.suspect = now == net::health::suspect;
    tell(fmt::format("{} {}", peer,
                     now == net::health::suspect ? "is suspect: nothing is heard of it"
                                                 : "is heard of again"));
  }

  /// A child of an edge or the coordinator in this process is to be reached through this handle.
  void seat(node_id child, child_handle handle, bool elsewhere) {
    const node_id parent = setup_->topology.parent(child);
    const auto siblings = setup_->topology.children(parent);
    const auto position = std::ranges::find(siblings, child) - siblings.begin();
    const child_seated told{static_cast<std::int32_t>(position)};
    if (parent.kind == role::coordinator) {
      tree_->desk().below->seat(position, std::move(handle), elsewhere);
      caf::anon_send(tree_->root(), told);
    } else {
      local_edge& edge = edges_.at(parent);
      (*edge.below)->seat(position, std::move(handle), elsewhere);
      caf::anon_send(edge.actor, told);
    }
  }

  void stand_in(node_id edge) {
    local_edge& ours = edges_[edge];
    const node_id parent = setup_->topology.parent(edge);
    const parent_handle above = parent.kind == role::coordinator
                                    ? parent_handle{tree_->root()}
                                    : parent_handle{edges_.at(parent).actor};
    ours.actor = run_->here().spawn_edge(edge, {parent, above}, ours.below);
    *ours.below = run_->here().empty_seats(edge);
    gateway_->publish<parent_handle>(to_string(edge), ours.actor);
    seat(edge, ours.actor, false);
  }

  void step_down(node_id edge) {
    gateway_->withdraw(to_string(edge));
    run_->here().crash(edge);
    edges_.erase(edge);
  }

  bool enough() const {
    if (meetings_)
      return meetings_->complete();
    if (options_.resume && options_.resume->so_far.rounds >= setup_->rounds)
      return true;  // all that is left is to write down how it ended
    return settings_.nodes_min == 0 ? desk_.complete()
                                    : desk_.members().nodes_present() >= settings_.nodes_min;
  }

  asio::awaitable<void> conduct() {
    auto where = co_await hub_.listen(settings_.listen);
    if (!where) {
      failed_ = where.error();
    } else {
      if (settings_.listening)
        settings_.listening(*where);
      co_await gather();
      co_await follow();
      co_await say_goodbye();
    }
    co_await hub_.close();
    co_await carrier_->close();
    loop_.stop();
  }

  /// Until those are there with whom the run begins.
  asio::awaitable<void> gather() {
    const nanoseconds since = clock_.now();
    while (!enough()) {
      co_await clock_.sleep_until(clock_.now() + look_every);
      show();
      if (options_.interrupted && options_.interrupted())
        co_return run_->give_up({errc::interrupted, "stopped on request before it began"});
      if (clock_.now() - since > to_nanoseconds(settings_.nodes_wait))
        co_return run_->give_up(
            {errc::unreachable,
             fmt::format("only {} of {} nodes came within {} s", desk_.members().nodes_present(),
                         desk_.members().nodes(), settings_.nodes_wait.count())});
    }
    run_->start();
    for (index peer = 0; peers_ != nullptr && peer < setup_->peers->peers(); ++peer) {
      begun_.insert(peer);
      send(process_of(peer), begin_learning{});
    }
  }

  asio::awaitable<void> follow() {
    while (!run_->over()) {
      co_await clock_.sleep_until(clock_.now() + look_every);
      show();
    }
  }

  asio::awaitable<void> say_goodbye() {
    const run_outcome outcome = run_->outcome();
    const run_over word{outcome.summary.status,
                        outcome.summary.reason ? outcome.summary.reason->detail : ""};
    std::vector<agent_handle> agents;
    for (const auto& [peer, who] : guests_)
      agents.push_back(who.agent);
    for (const agent_handle& agent : agents) {
      auto heard = co_await remote::call<void>(agent, word, goodbye_time);
      (void)heard;  // whoever does not hear it finds nobody here any more
    }
  }

  void show() {
    if (!settings_.watch || clock_.now() - shown_ < view_every)
      return;
    shown_ = clock_.now();
    cluster_view view{.nodes = {},
                      .seats = desk_.members().nodes(),
                      .present = desk_.members().nodes_present(),
                      .rounds = run_->rounds()};
    for (const auto& [peer, who] : guests_) {
      const auto seat = desk_.seats().seat_of(peer);
      const net::link_counts counts = who.link->counts();
      view.nodes.push_back({.name = peer,
                            .seat = seat ? to_string(*seat) : "-",
                            .where = who.link->remote(),
                            .here = seat && desk_.members().present(*seat),
                            .suspect = who.suspect,
                            .bytes_sent = counts.bytes_sent,
                            .bytes_received = counts.bytes_received});
    }
    settings_.watch(view);
  }

  training_setup_ptr setup_;
  run_options options_;
  const coordinator_settings& settings_;
  run_observer& observer_;
  asio::io_context io_{1};
  net::real_clock clock_;
  runtime::asio_loop loop_;
  std::unique_ptr<net::transport> carrier_;
  net::hub hub_;
  front_desk desk_;
  reception_room room_{
      .desk = desk_,
      .version = settings_.version,
      .brief = {},
      .rows = [this](std::int64_t first) { return rows_from(*setup_->data.train, first); },
      .tell = [this](const std::string& what) { tell(what); },
      .stands_by = [this](const std::string& peer) { note_standby(peer); }};
  std::unique_ptr<run_under_way> run_;
  session* tree_ = nullptr;        ///< it, with a coordinator
  peer_session* peers_ = nullptr;  ///< it, among peers
  std::optional<introductions> meetings_;
  std::set<index> begun_;  ///< peers who were told to
  std::optional<remote::gateway> gateway_;
  std::map<std::string, guest> guests_;
  std::map<node_id, local_edge> edges_;
  std::optional<error> failed_;
  nanoseconds shown_{0};
};

}  // namespace

result<run_outcome> train_with_nodes(training_setup_ptr setup, const run_options& options,
                                     run_observer& observer, const coordinator_settings& settings) {
  return coordinator_process{std::move(setup), options, observer, settings}.run();
}

}  // namespace echelon::experiments
