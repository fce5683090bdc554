#pragma once

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "algorithms/coding/typical_amplification.hpp"

namespace echelon::experiments {

/// What a code costs and gives at one size, found by making it.
struct code_cost {
  coding::code_shape shape;  ///< its stragglers are those the code survives
  index load_parts = 0;      ///< of the busiest sender, before anything goes wrong
  index work_parts = 0;      ///< of all senders together; K without redundancy
  /// Messages a decode uses when as many are absent as it survives; none where the code decides
  /// that within the round.
  std::optional<index> messages = std::nullopt;
  double message_length = 1;  ///< in gradients
  bool exact = true;
  coding::amplification_range amplification = {};
};

/// At a small and a middling size, with the code's default parameters; sizes it refuses are left
/// out. Cost: about as long as it takes to look for good coding nodes.
std::vector<code_cost> typical_costs(const coding::code_catalogue& known, std::string_view name);

std::string cost_text(const code_cost& cost);
nlohmann::ordered_json cost_json(const code_cost& cost);

}  // namespace echelon::experiments
