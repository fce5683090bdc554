#include "algorithms/merging/rules/merge_members.hpp"

#include <algorithm>

namespace echelon::merging {

std::vector<const peer_model*> members_of(const merge_task& task) {
  std::vector<const peer_model*> members{&task.own};
  for (const peer_model& other : task.others)
    if (other.weight > 0)
      members.push_back(&other);
  std::ranges::sort(members, {}, &peer_model::peer);
  return members;
}

std::optional<double> calibration_loss(const merge_task& task, const block& merged) {
  const auto& samples = task.calibration;
  if (samples.rows.empty() || (samples.data->labels.empty() && samples.data->targets.empty()))
    return {};
  const auto sums = task.network.evaluate(merged, samples, *task.network.make_workspace());
  return sums.loss / static_cast<double>(sums.samples);
}

}  // namespace echelon::merging
