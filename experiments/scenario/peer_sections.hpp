#pragma once

#include "experiments/scenario/schema.hpp"

// What a scenario says of peers without a server.
namespace echelon::experiments {

/// `topology.kind = "peers"`: how many there are.
policy_card peers_card();

/// [topology.graph] and [topology.weights].
std::vector<section_schema> graph_sections(const policy_catalogues& policies);

/// [merging] and [merging.absence]. The policies of the former are merge rules and mixing rules.
std::vector<section_schema> merging_sections(const policy_catalogues& policies);

}  // namespace echelon::experiments
