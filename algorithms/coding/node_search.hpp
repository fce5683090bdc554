#pragma once

#include <span>
#include <vector>

#include "algorithms/base/matrix.hpp"
#include "algorithms/coding/part_runs.hpp"

namespace echelon::coding {

/// Which point each sender takes as its node, and the worst noise amplification found for that.
struct node_order {
  std::vector<index> points;   ///< one per sender
  double amplification_worst;  ///< over all patterns of s absent senders, or over a sample where
                               ///< they are many
};

/// Deals points to the senders of a polynomial code, as many as there are points, so that those who
/// share parts are far apart: the best by worst amplification of strides around the circle of
/// parts, of seeded random orders, and of exchanges in the best. `square_distances` are between
/// points; every support has s+1 holders. The same everywhere. Cost: at most about 0.3 s, whatever
/// the shape.
node_order find_node_order(const matrix& square_distances, std::span<const support> supports);

}  // namespace echelon::coding
