#pragma once

#include "algorithms/coding/planning/planner.hpp"

namespace echelon::coding::planning {

/// What wins where every node is slow with one probability and by one factor.
struct break_even_cell {
  double probability = 0;
  double factor = 1;
  plan_option winner;
  prediction uncoded;

  /// Share of the uncoded time that the winner saves.
  double gain() const { return 1 - winner.predicted.mean_s / uncoded.mean_s; }
};

/// Straggler probability times factor.
struct break_even_map {
  std::vector<double> probabilities;
  std::vector<double> factors;
  std::vector<break_even_cell> cells;  ///< row by row: a row for each probability

  const break_even_cell& at(std::size_t probability, std::size_t factor) const {
    return cells.at(probability * factors.size() + factor);
  }
};

/// Where each scheme wins, by `plan_by_law` of the cluster with other slowness; schemes without a
/// known law are left out. Errors: those of plan_by_law; nodes that are known from measured rounds,
/// whose slowness cannot be set. Cost: a search for each cell.
result<break_even_map> map_break_even(const planning_task& task, std::vector<double> probabilities,
                                      std::vector<double> factors);

}  // namespace echelon::coding::planning
