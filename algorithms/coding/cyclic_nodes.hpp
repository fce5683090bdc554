#pragma once

#include <vector>

#include "algorithms/base/types.hpp"

namespace echelon::coding {

/// Nodes for the polynomial code on cyclic supports, and the worst noise amplification found for
/// them.
struct cyclic_nodes {
  std::vector<double> nodes;   ///< one per sender
  double amplification_worst;  ///< over all patterns of s absent senders, or over a sample where
                               ///< they are many
};

/// The senders of block b: b, b-1, ..., b-s modulo N, ascending.
std::vector<std::vector<index>> cyclic_holders(index senders, index stragglers);

/// Chebyshev points dealt to the senders so that neighbours, who share parts, are far apart: the
/// best by worst amplification of the strides coprime to N and of seeded random orders. The same
/// everywhere. Cost: at most about 0.3 s, whatever the shape.
cyclic_nodes find_cyclic_nodes(index senders, index stragglers);

}  // namespace echelon::coding
