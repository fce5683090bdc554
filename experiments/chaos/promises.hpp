#pragma once

#include <algorithm>
#include <set>

#include "actors/training.hpp"
#include "algorithms/coding/round_collector.hpp"
#include "experiments/chaos/event.hpp"

namespace echelon::experiments::chaos {

/// Whether a liar's answers can be used by nobody: they are refused where they arrive.
bool babbles(const faults::fault& what);

/// What a scenario promises before it runs, from its values and const policies alone: who may fail,
/// what a round's sum is, how long a round may take.
class promises {
public:
  explicit promises(actors::training_setup_ptr setup);

  const actors::training_setup& setup() const { return *setup_; }

  /// Nodes that any fault has touched by `now`, as far as they know when it began: those below a
  /// node or a link that failed, too, where nothing of theirs comes through.
  std::set<node_id> faulty(const faults::scheduled_fault& one) const;
  /// Workers that have begun to send what is wrong and well formed.
  std::set<node_id> deceivers(index round, nanoseconds now) const;
  /// Whether a round's answers are so many more than its code needs that those of so many liars are
  /// found among them: in codes of one polynomial, where answers are verified.
  bool exposes(const actors::round_record& record, std::size_t liars) const;
  /// Whether rounds can be had although these nodes do or say nothing.
  bool survives(const std::set<node_id>& failed) const;
  /// Whether all that goes wrong is over after a while: no node is lost for good, none keeps
  /// silent, and none lies so that it is found out.
  bool only_delays() const;
  template <class Test>
  bool anybody(Test test) const {
    return std::ranges::any_of(setup_->faults.faults, [&test](const faults::scheduled_fault& one) {
      return test(*one.what);
    });
  }
  /// Whether all nodes that any fault touches may fail together.
  bool tolerates_all() const;

  /// The most virtual time that a round takes while the nodes that are not in `failed` are as slow
  /// as the scenario's delays say; for links that cost by bytes, too. None where they are shared.
  std::optional<seconds> round_bound(index round, const std::set<node_id>& failed) const;

  /// Whether a round's sum can be had without the run: gradients, or changes of one exchange,
  /// everybody's, nothing left out on the way.
  bool recomputable() const;
  /// The sum over all parts at these weights: values, loss and samples.
  coding::contribution recomputed(const block& weights, index round) const;

private:
  bool survives_at(node_id node, const std::set<node_id>& failed) const;
  seconds path_s(node_id worker, index round) const;

  actors::training_setup_ptr setup_;
};

}  // namespace echelon::experiments::chaos
