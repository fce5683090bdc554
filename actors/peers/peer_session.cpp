#include "actors/peers/peer_session.hpp"

#include <utility>

#include <caf/send.hpp>

#include "actors/peers/monitor.hpp"
#include "actors/peers/peer.hpp"
#include "actors/peers/peering.hpp"

namespace echelon::actors {
namespace {

constexpr node_id the_monitor{role::coordinator, 0};

/// One run of peers under way.
class peer_session {
public:
  peer_session(training_setup_ptr setup, const run_options& options, run_observer& observer)
      : setup_(std::move(setup)), options_(options), began_(std::chrono::steady_clock::now()),
        loop_(make_loop(*setup_, options)),
        host_(setup_, *loop_, make_pool(options), options.world == world_kind::simulated,
              [this](const std::string& what) {
                finish({run_status::failed, error{errc::not_supported, "an actor threw: " + what}});
              }),
        desk_(std::make_shared<monitor_desk>(
            setup_,
            coordinator_hooks{&observer, [this](const checkpoint& mark) { return save(mark); },
                              [this](run_end end) { finish(std::move(end)); }})),
        around_{host_.context()} {
    around_.remembers = !options_.checkpoint_file.empty();
    for (int lane = 0; lane < host_.context().pool.lanes(); ++lane)
      around_.scratch.push_back(setup_->model->make_workspace());
    bring_up();
    if (!options_.crashes.empty())
      host_.mail().subscribe([this](const runtime::trace_event&) { crash_due(); });
  }

  /// Errors: what the peers remembered does not fit.
  result<void> restore(const checkpoint& from) {
    ECHELON_TRY(peer_memories known, memories_from_bytes(from.peers, *setup_));
    runtime::courier_state links = from.links;
    links.across = links_of(known);
    host_.mail().restore(std::move(links));
    wall_before_s_ = from.so_far.wall_s;
    messages_before_ = from.so_far.messages;
    desk_->book.restore(from.so_far, std::move(known));
    return {};
  }

  run_outcome run() {
    // New actors are runnable once; they begin in the order of their numbers.
    loop_->drain();
    if (options_.interrupted)
      loop_->watch(options_.interrupted, [this] { caf::anon_send(monitor_, interrupt_run{}); });
    caf::anon_send(monitor_, begin_run{});
    tell_absences();
    const index round = desk_->book.summary().rounds;
    for (const auto& [number, actor] : peers_) {
      const peer_memory_ptr& memory = desk_->book.memories()[slot(number)];
      const bool joins = round > 0 && !memory;
      caf::anon_send(actor, begin_peer{round, memory, joins});
    }
    if (!loop_->run())
      finish({run_status::failed, error{errc::timed_out, "no peer has anything left to do"}});
    return outcome();
  }

private:
  void bring_up() {
    monitor_ = host_.spawn<monitor_handle, monitor_state>(the_monitor, monitor, desk_);
    around_.monitor = monitor_;
    for (std::int32_t number = 0; number < setup_->peers->peers(); ++number) {
      books_.push_back(std::make_shared<std::map<index, neighbour_handle>>());
      spawn(number);
    }
    for (std::int32_t number = 0; number < std::ssize(books_); ++number)
      for (const auto& [other, actor] : peers_)
        if (other != number && meet(number, other))
          (*books_[slot(number)])[other] = actor;
  }

  void spawn(std::int32_t number) {
    peers_[number] = host_.spawn<peer_handle, peer_actor_state>(
        {role::peer, number}, peer, &around_, number, books_[slot(number)]);
    desk_->peers[number] = peers_[number].address();
  }

  /// Gives a peer's seat to a new one, who joins those under way.
  void replace(std::int32_t number) {
    spawn(number);
    for (const neighbour_book& book : books_)
      if (const auto known = book->find(number); known != book->end())
        known->second = peers_[number];
    caf::anon_send(peers_[number], begin_peer{.joins = true});
  }

  /// Who was gone when the checkpoint was written joins the others anew.
  void tell_absences() {
    for (std::int32_t absent = 0; absent < setup_->peers->peers(); ++absent)
      if (desk_->book.summary().rounds > 0 && !desk_->book.memories()[slot(absent)]) {
        caf::anon_send(monitor_, peer_gone{absent});
        for (const auto& [number, actor] : peers_)
          if (number != absent)
            caf::anon_send(actor, neighbour_presence_changed{absent, false});
      }
  }

  /// Whether two peers ever have a word for each other.
  bool meet(index a, index b) const {
    const peering& plan = *setup_->peers;
    const merging::peer_graph links = plan.network.all_links();
    const bool all = plan.mixes && plan.mixes->traits().with == merging::exchange::everyone;
    return all || links.has({a, b}) || links.has({b, a});
  }

  void crash_due() {
    ++sent_;
    for (const node_crash& coming : options_.crashes)
      if (coming.after_messages == sent_)
        host_.crash(coming.node);
      else if (coming.replaced_after == sent_)
        replace(coming.node.number);
  }

  static std::map<std::pair<node_id, node_id>, runtime::link_count>
  links_of(const peer_memories& all) {
    std::map<std::pair<node_id, node_id>, runtime::link_count> links;
    for (std::int32_t from = 0; from < std::ssize(all); ++from)
      if (all[slot(from)])
        for (const auto& [to, count] : all[slot(from)]->sent)
          links[{{role::peer, from}, {role::peer, static_cast<std::int32_t>(to)}}] = count;
    return links;
  }

  result<void> save(const checkpoint& mark) const {
    if (options_.checkpoint_file.empty())
      return {};
    checkpoint stamped = mark;
    stamped.scenario = options_.scenario;
    stamped.so_far.wall_s = wall_s();
    stamped.so_far.messages = messages_before_ + loop_->handled();
    stamped.links = host_.mail().state();
    stamped.links.media_up.clear();
    return save_checkpoint(options_.checkpoint_file, stamped);
  }

  double wall_s() const {
    return wall_before_s_ + seconds{std::chrono::steady_clock::now() - began_}.count();
  }

  void finish(run_end end) {
    if (end_)
      return;
    end_ = std::move(end);
    loop_->stop();
  }

  run_outcome outcome() const {
    run_outcome left{desk_->book.summary(), desk_->book.models().front()};
    left.peers = desk_->book.models();
    const runtime::courier& mail = host_.mail();
    left.summary.status = end_->status;
    left.summary.reason = end_->reason;
    left.summary.virtual_clock = options_.world == world_kind::simulated;
    left.summary.wall_s = wall_s();
    left.summary.weights_hash = desk_->book.weights_hash();
    left.summary.messages = messages_before_ + loop_->handled();
    if (left.summary.virtual_clock)
      left.summary.trace_hash = mail.state().trace_hash;
    for (const auto& [ends, count] : mail.state().across)
      left.summary.links.push_back({ends.first, ends.second, count.messages, count.bytes});
    return left;
  }

  training_setup_ptr setup_;
  const run_options& options_;
  std::chrono::steady_clock::time_point began_;
  double wall_before_s_ = 0;
  std::int64_t messages_before_ = 0;
  std::optional<run_end> end_;
  std::unique_ptr<runtime::event_loop> loop_;
  host host_;
  std::shared_ptr<monitor_desk> desk_;
  peer_surroundings around_;
  monitor_handle monitor_;
  std::map<std::int32_t, peer_handle> peers_;
  std::vector<neighbour_book> books_;
  std::int64_t sent_ = 0;  ///< messages, counted where crashes are to come
};

}  // namespace

result<run_outcome> run_peers(training_setup_ptr setup, const run_options& options,
                              run_observer& observer) {
  ECHELON_CHECK(check_scenario(options));
  peer_session running{std::move(setup), options, observer};
  if (options.resume)
    if (const auto restored = running.restore(*options.resume); !restored)
      return fail(errc::bad_input, "{}: {}; remove it to start from round 1",
                  options.checkpoint_file.string(), restored.error().detail);
  return running.run();
}

}  // namespace echelon::actors
