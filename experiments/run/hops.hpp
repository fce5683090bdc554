#pragma once

#include <span>
#include <vector>

#include "actors/training.hpp"
#include "algorithms/base/parameters.hpp"

namespace echelon::experiments {

/// What the senders of one hop upwards do.
struct hop_terms {
  bool packs = true;
  double budget = 0.01;  ///< mean cost of a message over a whole vector's
};

/// Workers to whoever decodes what they send, and edges to their parents.
struct hops_upwards {
  hop_terms up, edge_up;
};

/// Those whose messages a node decodes.
std::vector<node_id> senders_of(const actors::training_setup& setup, node_id parent);

/// The data at or below each sender, as the mean weighs them.
std::vector<double> volumes_of(const actors::training_setup& setup,
                               std::span<const node_id> senders);

/// What [compression] budget and hops say. With split = "by-cost" the budget is a share of the
/// seconds in which whole vectors would cross all links upwards, and `hop_budgets` shares it out.
/// Needs the plan, the levels, the links and the model. Errors: at compression.hops.
result<hops_upwards> hops_of(const actors::training_setup& setup, const parameters& given);

}  // namespace echelon::experiments
