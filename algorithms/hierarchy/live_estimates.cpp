#include "algorithms/hierarchy/live_estimates.hpp"

#include <algorithm>

#include "algorithms/base/contract.hpp"

namespace echelon::hierarchy {

void live_estimates::add(const half_batch_report& root) {
  if (by_level.empty()) {
    by_level.assign(root.divergences.size(), running_mean{.weight = weight});
    noise.weight = weight;
  }
  expects(by_level.size() == root.divergences.size());
  for (std::size_t level = 0; level < by_level.size(); ++level)
    by_level[level].add(root.divergences[level]);
  noise.add(root.noise);
}

void live_estimates::add_smoothness(double ratio) {
  smoothness_seen.push_back(ratio);
  if (smoothness_seen.size() > smoothness_max)
    smoothness_seen.pop_front();
}

divergences live_estimates::divergence() const {
  divergences found;
  for (const running_mean& mean : by_level)
    found.by_level.push_back(std::max(0.0, mean.value()));
  return found;
}

double live_estimates::noise_of(index batch, index half_batch) const {
  expects(batch > 0 && half_batch > 0);
  return noise.value() * static_cast<double>(half_batch) / static_cast<double>(batch);
}

double live_estimates::smoothness() const {
  return smoothness_seen.empty() ? 0 : std::ranges::max(smoothness_seen);
}

}  // namespace echelon::hierarchy
