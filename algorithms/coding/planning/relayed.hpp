#pragma once

#include <span>

#include "algorithms/coding/planning/completion.hpp"

namespace echelon::coding::planning {

/// An edge that passes its workers' answers on.
struct relaying_edge {
  std::vector<const completion*> workers;
  const node_delays* delays = nullptr;
};

/// All but so many workers' answers are at the root, where the answers that pass one edge share the
/// delay of its link in a round. Cost: O(points workers (missing + 1)). Source: Echelon.
completion relayed_all_but(std::span<const relaying_edge> edges, index missing,
                           const time_grid& grid);

}  // namespace echelon::coding::planning
