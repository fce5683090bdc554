#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "actors/peers/epochs.hpp"
#include "actors/peers/parcel_shelf.hpp"
#include "actors/peers/peer_memory.hpp"
#include "actors/peers/peer_messages.hpp"
#include "actors/training.hpp"

namespace echelon::actors {

/// What a peer knows and how it learns: its model, its samples, the rule it goes by. Pure: no
/// actor, no clock. One caller at a time, but for what is said to bear company.
class peer_learner {
public:
  peer_learner(training_setup_ptr setup, index peer);

  /// Trains alone, with an optimiser of its own. Errors: diverged.
  result<void> pretrain(learning::workspace& scratch);
  /// The next steps of a round (both from 1), the last of which waits for `mix` where an exchange
  /// follows. Errors: diverged; names the peer.
  result<void> learn(index round, index steps, bool exchange_follows,
                     std::span<const merging::cross_gradient> crossed,
                     learning::workspace& scratch);

  merging::parcel offer(index receiver, double share);
  /// Takes in what an exchange brought. What is no good is left out, its weight kept, and told.
  /// Errors: a merge rule's.
  /// `looks`: the report is to show the model before and after.
  result<void> take_in(harvest brought, index exchange, bool looks);
  /// Where whole models merge, what an exchange brought so far, by peer, ascending: `self` is what
  /// the own model weighs if all come. take_in ends the merge. Errors: as take_in.
  result<void> merge_next(merging::arrival from, double self, index exchange);
  /// Leaves out numbers that are not finite, and keeps their weight.
  void sift(harvest& brought, index exchange);
  /// Puts the own units into the order of a neighbour's. Errors: as adopt_order.
  result<void> adopt(const merging::arrival& parent);

  /// The model as it is tested, sent to the monitor and saved.
  block model() const;
  test_sums test(learning::workspace& scratch) const;
  /// This peer's batch of a step, from 0, for others' gradients.
  std::vector<index> rows_of(index step);
  /// The mean gradient at `point` on it; beside anything else. Cost: a step.
  block gradient_for(const block& point, index step, std::span<const index> rows,
                     learning::workspace& scratch) const;
  index steps_taken() const { return steps_; }

  /// Between rounds: what it takes to go on from here. Cost: a copy of what learning changes.
  peer_memory remember() const;
  /// Goes on with another peer's model, as if it had learnt for so many rounds and steps.
  void take_over(const block& model, index rounds, index steps);
  /// Another one has taken a peer's seat: what had been exchanged with that one is void.
  void forget(index peer);
  void recall(const peer_memory& memory);

  /// What has been noted since the last call: facts of merges, losses, what was refused.
  peer_report take_notes();

private:
  struct point_gradient {
    block_builder mean;
    double loss = 0;
  };

  double rate(index round) const;
  point_gradient gradient(const block& point, index step, std::span<const index> rows,
                          learning::workspace& scratch) const;
  void count(double loss);
  void descend(const block& point, double rate, learning::optimiser_state& memory,
               learning::workspace& scratch);
  bool is_good(const merging::arrival& from, index exchange);
  void measure_distance(const merging::arrival& from);
  void begin_merge(double self, index exchange);
  result<void> end_merge(const harvest& brought, index exchange);
  void line_up(harvest& brought);
  /// Says whose failure it is.
  template <class Value>
  result<Value> named(result<Value> done) const;
  learning::batch calibration() const;
  merging::merge_task task(double self, index exchange) const;
  void note(const merging::merge_report& report);
  result<void> check_finite(double loss, index round) const;

  training_setup_ptr setup_;
  const peering& plan_;
  index peer_;
  epochs batches_, asked_;
  block state_;                                      ///< where whole models merge
  merging::peer_state mixed_;                        ///< where peers mix as they learn
  std::unique_ptr<merging::merge_in_turn> merging_;  ///< on its way
  double kept_ = 0;  ///< weight of what was no good in it, which the own model keeps
  index steps_ = 0;
  index loss_steps_ = 0;
  peer_report notes_;
};

}  // namespace echelon::actors
