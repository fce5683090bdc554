#include "algorithms/hierarchy/participation.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "algorithms/base/contract.hpp"
#include "algorithms/base/random.hpp"

namespace echelon::hierarchy {

std::vector<index> participants(std::uint64_t seed, node_id node, index round, index children,
                                double share) {
  expects(share > 0 && share <= 1 && children > 0 && round >= 0);
  const auto wanted = static_cast<index>(std::llround(share * static_cast<double>(children)));
  const index count = std::clamp(wanted, index{1}, children);
  const auto number = static_cast<std::uint64_t>(node.number) << 8U;
  random_stream random{seed, "hierarchy.participation",
                       number | static_cast<std::uint64_t>(node.kind),
                       static_cast<std::uint64_t>(round)};
  auto chosen = sample_without_replacement(random, children, count);
  std::ranges::sort(chosen);
  return chosen;
}

}  // namespace echelon::hierarchy
