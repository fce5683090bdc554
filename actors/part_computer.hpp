#pragma once

#include <map>
#include <memory>
#include <vector>

#include "actors/training.hpp"
#include "algorithms/coding/round_collector.hpp"

namespace echelon::actors {

/// Turns (weights, exchange, part) into the part's contribution: its weight times the mean gradient
/// over this exchange's batch or, where changes are sent, times the model's change. Depends on
/// nothing else, so that all holders of a part agree.
///
/// Safe to call from several lanes at once, unless it shares: then replicas of a part get one
/// computed value per round, and there must be one lane only (the simulated world).
class part_computer {
public:
  part_computer(training_setup_ptr setup, int lanes, bool share);

  /// `variate`: the control variate of whose data it is, where there are such; empty: zeros.
  coding::contribution compute(const block& state, const exchange& when, index part, int lane,
                               std::span<const float> variate = {});
  /// Loss and correct answers over rows [first, last) of the test set.
  learning::batch_sums evaluate(const block& state, index first, index last, int lane);
  /// What the data say of a model after `round`. Errors: none; the setup is one that can_probe.
  model_probe probe(const block& state, index round, int lane);

private:
  coding::contribution gradient(const block& state, const exchange& when, index part,
                                int lane) const;
  coding::contribution local_change(const block& state, const exchange& when, index part, int lane,
                                    std::span<const float> variate) const;
  learning::workspace& scratch(int lane) const;

  training_setup_ptr setup_;
  std::vector<std::unique_ptr<learning::workspace>> scratch_;
  bool share_;
  index shared_round_ = 0;
  std::map<index, coding::contribution> shared_;
};

/// The rows of a part that its batch of this round takes: all of them where batch is 0 or not
/// smaller than the part, else a draw without replacement by (data_seed, round, step, part),
/// ascending.
std::vector<index> batch_rows(const training_setup& setup, index round, index step, index part);

}  // namespace echelon::actors
