#pragma once

#include <optional>
#include <span>
#include <vector>

#include "algorithms/compression/ratios/ratio_policy.hpp"
#include "algorithms/compression/ratios/threshold_controller.hpp"

namespace echelon::compression {

/// Everything a `budget_manager` keeps from round to round; lists have one value a sender. A plain
/// value: a checkpoint packs it.
struct ratio_state {
  index rounds = 0;              ///< efforts asked for
  std::vector<double> balances;  ///< budget not yet spent; negative: overspent; cost units
  std::vector<double> charged;   ///< of them, taken off for the messages of this round
  std::vector<norm_history> histories;
  std::vector<double> drifts;  ///< last mean magnitude of a gradient's coordinate; 0: unknown
  std::vector<running_mean> divergences;  ///< squares of zeta_i
  double credit = 0;         ///< of policies that do not keep the mean: unspent, in rounds' budgets
  running_mean level{0.02};  ///< their mean ratio over the one asked for
  threshold_state threshold;

  bool operator==(const ratio_state&) const = default;
};

/// As numbers, for a checkpoint; counts are exact up to 2^53.
std::vector<double> pack(const ratio_state& state);
/// nullopt where the numbers are none that `pack` gives for so many senders.
std::optional<ratio_state> unpack_ratio_state(std::span<const double> numbers, index senders);

}  // namespace echelon::compression
