#include "algorithms/hierarchy/tiers.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "algorithms/base/contract.hpp"

namespace echelon::hierarchy {
namespace {

/// The coordinator, the edges on the way, the worker.
std::vector<node_id> path_to(const tree& shape, index worker) {
  std::vector<node_id> path{{role::worker, static_cast<std::int32_t>(worker)}};
  while (path.back().kind != role::coordinator)
    path.push_back(shape.parent(path.back()));
  std::ranges::reverse(path);
  return path;
}

}  // namespace

tiers::tiers(const tree& shape) {
  const std::vector<double> alike(slot(shape.workers()), 1 / static_cast<double>(shape.workers()));
  build(shape, alike);
}

result<tiers> tiers::weighted(const tree& shape, std::span<const double> weights) {
  if (std::ssize(weights) != shape.workers())
    return fail(errc::bad_input, "{} weights for {} workers; there must be one for each",
                weights.size(), shape.workers());
  for (const double weight : weights)
    if (!std::isfinite(weight) || weight < 0)
      return fail(errc::bad_input, "a worker's weight is {}; it must be finite and not negative",
                  weight);
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  if (!(sum > 0) || !std::isfinite(sum))
    return fail(errc::bad_input, "the workers' weights sum to {}; they must sum to more than 0",
                sum);
  std::vector<double> scaled{weights.begin(), weights.end()};
  for (double& weight : scaled)
    weight /= sum;
  tiers made;
  made.build(shape, scaled);
  return made;
}

void tiers::build(const tree& shape, std::span<const double> weights) {
  const index depth = shape.depth();
  tiers_.assign(slot(depth + 1), {});
  std::vector<node_id> last(slot(depth + 1));  // who ends each tier so far
  for (index worker = 0; worker < shape.workers(); ++worker) {
    const auto path = path_to(shape, worker);
    for (index tier = 0; tier <= depth; ++tier) {
      const node_id node = path[std::min(slot(tier), path.size() - 1)];
      auto& nodes = tiers_[slot(tier)];
      if (nodes.empty() || last[slot(tier)] != node) {
        const index parent = tier == 0 ? 0 : std::ssize(tiers_[slot(tier - 1)]) - 1;
        nodes.push_back({.first_worker = worker, .parent = parent});
        last[slot(tier)] = node;
      }
      const double weight = weights[slot(worker)];
      ++nodes.back().worker_count;
      nodes.back().weight += weight;
      nodes.back().square_weights += weight * weight;
    }
  }
}

std::vector<index> tiers::node_counts() const {
  std::vector<index> counts;
  for (const auto& nodes : tiers_)
    counts.push_back(std::ssize(nodes));
  return counts;
}

double tiers::noise_share(index tier) const {
  double share = 0;
  for (const tier_node& node : nodes(tier))
    if (node.weight > 0)  // a group without weight takes no part
      share += node.square_weights / node.weight;
  return share;
}

}  // namespace echelon::hierarchy
