#pragma once

#include <functional>
#include <map>
#include <tuple>
#include <vector>

#include "actors/messages.hpp"
#include "actors/runtime/event_loop.hpp"
#include "actors/runtime/interference.hpp"
#include "algorithms/base/tree.hpp"
#include "algorithms/faults/schedule.hpp"

namespace echelon::actors {

/// What a process has of a run: all of it that matters to faults, or one node among others that are
/// elsewhere.
enum class share_of_run : unsigned char { whole, one_node };

/// What a run's faults do to messages, timers and answers. Knows when each of them holds, for which
/// it is told when rounds begin; who ends and returns is not its business. What it draws depends on
/// (seed, fault, how many messages that fault has seen) alone. Where nodes are in processes of
/// their own each has one, which sees to what that node says.
///
/// Messages of one lane (bulk, control) keep their order over a link, faults or not, unless a fault
/// says otherwise.
class fault_injector final : public runtime::interference {
public:
  /// All outlive it.
  fault_injector(const faults::fault_plan& plan, const tree& topology,
                 const runtime::event_loop& loop, std::uint64_t seed,
                 share_of_run share = share_of_run::whole);

  /// Called when a fault of a round begins; the others have begun, or will at their time.
  void on_begin(std::function<void(std::size_t fault)> tell) { tell_ = std::move(tell); }

  std::vector<runtime::parcel> spoken(node_id from, runtime::parcel what) override;
  std::vector<nanoseconds> arrivals(transmission::direction way, node_id child,
                                    const runtime::message_facts& what, nanoseconds due) override;
  std::vector<nanoseconds> arrivals_across(node_id from, node_id to,
                                           const runtime::message_facts& what,
                                           nanoseconds due) override;
  /// Where no coordinator says so.
  void begin_round(index round);
  /// A node was told of a round: it has begun for whoever knows of one node alone.
  void heard_of(index round) {
    if (share_ == share_of_run::one_node)
      begin_round(round);
  }

  /// When a fault holds; nullopt while the round it begins with has not begun.
  const std::optional<faults::spell>& spell_of(std::size_t fault) const { return spells_[fault]; }
  bool holds(std::size_t fault) const;
  /// When a node that is paused or not takes what falls due: then or later, or `never`.
  nanoseconds held_until(node_id node, nanoseconds due) const;
  /// How many times as long a worker computes.
  double slowness(node_id worker) const;
  /// What befalls a checkpoint that is written now; nullptr: nothing.
  const faults::fault* of_disk() const;

private:
  /// Who says something to whom, and whether that is large values.
  using lane = std::tuple<node_id, node_id, bool>;
  /// What a liar said last.
  struct saying {
    runtime::message_facts facts;
    caf::message content;
  };

  /// With those that hold at this node, and are not on a link.
  template <class Use>
  void for_holding(node_id node, Use use) const;
  bool mute(node_id node) const;
  /// When what crosses a link arrives; `there`: whether that is where a fault is.
  template <class Test>
  std::vector<nanoseconds> bent(const lane& own, const runtime::message_facts& what,
                                nanoseconds due, Test there);
  /// What a worker says in place of its answer, or a peer in place of its model.
  std::vector<runtime::parcel> revised(node_id from, runtime::parcel what);
  random_stream draw(std::size_t fault);

  const faults::fault_plan& plan_;
  const tree& topology_;
  const runtime::event_loop& loop_;
  std::uint64_t seed_;
  share_of_run share_;
  index round_ = 0;  ///< the latest that has begun
  std::vector<std::optional<faults::spell>> spells_;
  std::vector<std::uint64_t> draws_;  ///< of each fault, so far
  std::map<lane, nanoseconds> latest_;
  std::map<node_id, saying> said_;
  std::function<void(std::size_t)> tell_;
};

}  // namespace echelon::actors
