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
            coordinator_hooks{&observer, {}, [this](run_end end) { finish(std::move(end)); }})),
        around_{host_.context()} {
    for (int lane = 0; lane < host_.context().pool.lanes(); ++lane)
      around_.scratch.push_back(setup_->model->make_workspace());
    bring_up();
    if (!options_.crashes.empty())
      host_.mail().subscribe([this](const runtime::trace_event&) { crash_due(); });
  }

  run_outcome run() {
    // New actors are runnable once; they begin in the order of their numbers.
    loop_->drain();
    if (options_.interrupted)
      loop_->watch(options_.interrupted, [this] { caf::anon_send(monitor_, interrupt_run{}); });
    caf::anon_send(monitor_, begin_run{});
    for (const auto& [number, actor] : peers_)
      caf::anon_send(actor, begin_peer{});
    if (!loop_->run())
      finish({run_status::failed, error{errc::timed_out, "no peer has anything left to do"}});
    return outcome();
  }

private:
  void bring_up() {
    monitor_ = host_.spawn<monitor_handle, monitor_state>(the_monitor, monitor, desk_);
    around_.monitor = monitor_;
    std::vector<neighbour_book> books;
    for (std::int32_t number = 0; number < setup_->peers->peers(); ++number) {
      books.push_back(std::make_shared<std::map<index, neighbour_handle>>());
      const node_id self{role::peer, number};
      peers_[number] = host_.spawn<peer_handle, peer_actor_state>(self, peer, &around_, number,
                                                                  books.back());
      desk_->peers[number] = peers_[number].address();
    }
    for (std::int32_t number = 0; number < std::ssize(books); ++number)
      for (const auto& [other, actor] : peers_)
        if (other != number && meet(number, other))
          (*books[slot(number)])[other] = actor;
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
    left.summary.wall_s = seconds{std::chrono::steady_clock::now() - began_}.count();
    left.summary.weights_hash = desk_->book.weights_hash();
    left.summary.messages = loop_->handled();
    if (left.summary.virtual_clock)
      left.summary.trace_hash = mail.state().trace_hash;
    for (const auto& [ends, count] : mail.state().across)
      left.summary.links.push_back({ends.first, ends.second, count.messages, count.bytes});
    return left;
  }

  training_setup_ptr setup_;
  const run_options& options_;
  std::chrono::steady_clock::time_point began_;
  std::optional<run_end> end_;
  std::unique_ptr<runtime::event_loop> loop_;
  host host_;
  std::shared_ptr<monitor_desk> desk_;
  peer_surroundings around_;
  monitor_handle monitor_;
  std::map<std::int32_t, peer_handle> peers_;
  std::int64_t sent_ = 0;  ///< messages, counted where crashes are to come
};

}  // namespace

result<run_outcome> run_peers(training_setup_ptr setup, const run_options& options,
                              run_observer& observer) {
  return peer_session{std::move(setup), options, observer}.run();
}

}  // namespace echelon::actors
