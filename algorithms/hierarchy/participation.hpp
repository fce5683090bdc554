#pragma once

#include <vector>

#include "algorithms/base/node.hpp"
#include "algorithms/base/types.hpp"

namespace echelon::hierarchy {

/// The children of `node` that take part in its `round`-th inner round, counted over the whole run:
/// `share` of them, rounded, at least one, drawn without replacement, ascending. An environment
/// draw by (purpose, node, round): equal arguments, equal children. `share` in (0, 1].
/// Source: specification 6.1 [C]; the rounding is Echelon's. Cost: O(children).
std::vector<index> participants(std::uint64_t seed, node_id node, index round, index children,
                                double share);

}  // namespace echelon::hierarchy
