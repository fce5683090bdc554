#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "actors/mortal_nodes.hpp"
#include "actors/peers/monitor.hpp"
#include "actors/peers/peer.hpp"
#include "actors/session.hpp"

namespace echelon::actors {

/// A run of peers: the monitor and, where they live in this process, the peers.
class peer_session final : public run_under_way, private mortal_nodes {
public:
  /// What options refer to must outlive it. `ended` is called once, from the loop. `peers_here`:
  /// all of them are; else they are processes of their own, which report to `books`.
  peer_session(training_setup_ptr setup, const run_options& options, run_observer& observer,
               runtime::event_loop& loop, std::function<void()> ended, bool peers_here = true);
  ~peer_session() override;
  peer_session(const peer_session&) = delete;
  peer_session& operator=(const peer_session&) = delete;

  void start() override;
  void interrupt() override;
  void give_up(error reason) override;
  bool over() const override { return end_.has_value(); }
  index rounds() const override { return desk_->book.summary().rounds; }
  block weights() const override;
  run_outcome outcome() const override;
  host& here() override { return host_; }

  const monitor_handle& books() const { return monitor_; }
  /// A peer of another process is to be told of the graph through this handle.
  void seat(std::int32_t number, graph_hearer_handle peer);
  /// The newest that is known of each peer.
  const std::vector<block>& models() const { return desk_->book.models(); }
  /// Before it starts. A run goes on behind the last round that all peers had ended when its
  /// checkpoint was written; they begin the next one at the same instant, the end of that round.
  /// Where everybody waits for everybody it ends with the weights that it would have had. What
  /// links carried towards later rounds is not taken over, nor are
  /// links that were added to the graph: all seats are taken again.
  /// Errors: what the peers remembered does not fit.
  result<void> restore(const checkpoint& from);

private:
  /// Tells faults when rounds begin: when all who are there have ended the one before.
  class round_teller final : public run_observer {
  public:
    explicit round_teller(peer_session& of) : of_(of) {}
    void on_round(const round_record& record) override;
    void on_checkpoint(index rounds) override { of_.observer_.on_checkpoint(rounds); }

  private:
    peer_session& of_;
  };

  void kill(node_id node) override { host_.crash(node); }
  void revive(node_id node) override { replace(node.number); }
  void part(const faults::scheduled_fault& links, bool apart) override;
  void tell_presence(std::int32_t to, std::int32_t of, bool here);
  void tell_cuts(std::int32_t newcomer);
  void suffer();
  void tell_faults(index round);
  void bring_up();
  void spawn(std::int32_t number);
  void replace(std::int32_t number);
  void tell_absences();
  void crash_due();
  result<void> save(const checkpoint& mark) const;
  double wall_s() const;
  void finish(run_end end);

  training_setup_ptr setup_;
  const run_options& options_;
  run_observer& observer_;
  round_teller teller_{*this};
  std::chrono::steady_clock::time_point began_;
  double wall_before_s_ = 0;
  std::int64_t messages_before_ = 0;
  std::optional<run_end> end_;
  std::function<void()> ended_;
  runtime::event_loop& loop_;
  host host_;
  std::shared_ptr<monitor_desk> desk_;
  peer_surroundings around_;
  monitor_handle monitor_;
  std::map<std::int32_t, peer_handle> peers_;
  std::vector<neighbour_book> books_;
  std::optional<fault_keeper> faults_;
  std::map<std::pair<std::int32_t, std::int32_t>, int> cuts_;  ///< of links taken for dead
  std::int64_t sent_ = 0;  ///< messages, counted where crashes are to come
};

/// Whether two peers ever have a word for each other: all may where the graph is repaired.
bool meet(const peering& plan, index a, index b);

}  // namespace echelon::actors
