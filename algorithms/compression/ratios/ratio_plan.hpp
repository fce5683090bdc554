#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "algorithms/compression/ratios/budget_manager.hpp"

namespace echelon::compression {

/// What `echelon plan` says of ratios; lists have one value a sender, in their order.
struct ratio_plan {
  std::vector<double> ratios;
  /// In units of the mean threshold where a controller is to find that; empty where the compressor
  /// takes none.
  std::vector<double> thresholds;
  std::vector<std::int64_t> coordinates;  ///< of a typical round; what is left over is carried on
  std::string objective;                  ///< the figure that the policy makes small
  double objective_value = 0;
  double objective_uniform = 0;  ///< the same figure, had everybody the mean ratio
};

/// The plan at the start of a run, or for what `state` knows.
ratio_plan plan_ratios(const budget_manager& manager, const ratio_state& state);

}  // namespace echelon::compression
