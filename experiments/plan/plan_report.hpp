#pragma once

#include <nlohmann/json.hpp>

#include "experiments/plan/coding_plan.hpp"

namespace echelon::experiments {

/// {"coding": {...}} with the fields the contract names.
nlohmann::ordered_json plan_json(const coding_plan& planned);

/// The same for a terminal: what was chosen, what it loads and survives, what is predicted, why,
/// and the alternatives in a table.
std::string plan_text(const coding_plan& planned);

}  // namespace echelon::experiments
