#pragma once

#include <nlohmann/json.hpp>

#include "experiments/plan/peer_plan.hpp"

namespace echelon::experiments {

/// {nodes, edges, spectral_gap, mixing, ...}: the contract's "topology".
nlohmann::ordered_json peers_json(const peer_plan& planned);

/// The same for a terminal, with what the numbers mean.
std::string peers_text(const peer_plan& planned);

}  // namespace echelon::experiments
