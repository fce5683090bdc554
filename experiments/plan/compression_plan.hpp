#pragma once

#include <map>
#include <string>
#include <vector>

#include "actors/training.hpp"
#include "algorithms/compression/ratios/ratio_plan.hpp"
#include "experiments/scenario/scenario.hpp"

namespace echelon::experiments {

/// What the senders below one node may send.
struct hop_plan {
  node_id parent;
  std::vector<node_id> senders;
  compression::ratio_plan shares;
  double share = 0;   ///< mean cost of a message over a whole vector's
  double budget = 0;  ///< of a round, in the budget's unit
};

/// What each sender may send, at the start of a run.
struct compression_plan {
  std::string policy;       ///< the compressor
  std::string ratios;       ///< who shares the budget out
  std::string budget_unit;  ///< coordinates or bits
  std::vector<hop_plan> hops;
  /// Bounds after the run's rounds, and the rates they allow, by name; see bounds_of.
  std::map<std::string, double> bounds;
  double gradient_square = 0;  ///< estimated, at the first weights
};

/// `setup` is complete, with budgets; `probe` is of its first model.
compression_plan plan_compression(const actors::training_setup& setup, const scenario& built,
                                  const actors::model_probe& probe);

}  // namespace echelon::experiments
