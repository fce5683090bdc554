#pragma once

#include "actors/training.hpp"
#include "algorithms/coding/round_collector.hpp"

namespace echelon::actors {

/// The weights and how a decoded round moves them. Pure: no actor, no clock.
class trainer {
public:
  explicit trainer(training_setup_ptr setup);

  /// Parameters, then buffers; empty in timing-only runs.
  const block& state() const { return state_; }
  /// What goes down: the state and, where there are control variates, the server's.
  block announced() const;
  const learning::optimiser_state& memory() const { return memory_; }
  /// The sum over rounds of what was decoded, where feedback has the server keep it (EF21), or the
  /// server's control variate; empty before the first round.
  const block& accumulated() const { return accumulated_; }
  void restore(block state, learning::optimiser_state memory, block accumulated);

  /// Learning rate of a round (from 1).
  double rate(index round) const;

  /// Divides the decoded sum by `samples`, clips, steps the optimiser (the server's where workers
  /// take local steps) and moves the buffers towards the round's statistics. Errors: diverged, when
  /// the new weights are not finite. Cost: a few passes over the parameters; the old state stays
  /// valid for those who hold it.
  result<void> apply(const coding::decoded_round& decoded, double samples, index round);

private:
  template <class Scalar>
  result<void> apply_as(const coding::decoded_round& decoded, double samples, index round);

  void accumulate(const block& terms, double share);
  double weight_of_all() const;

  training_setup_ptr setup_;
  bool accumulates_;
  block state_;
  learning::optimiser_state memory_;
  block accumulated_;
};

}  // namespace echelon::actors
