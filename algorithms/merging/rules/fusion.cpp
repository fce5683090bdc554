#include "algorithms/merging/rules/fusion.hpp"

#include "algorithms/merging/permutations/weighted_sum.hpp"
#include "algorithms/merging/rules/merge_members.hpp"

namespace echelon::merging {

fused_part unmixed(const peer_model& from) { return {.from = &from, .state = from.state}; }

result<merged_model> fuse(const merge_task& task, const std::vector<fused_part>& parts,
                          statistics_reset reset_after) {
  const unit_orders kept = kept_orders(task.spec);
  merged_model merged{.state = {}, .own_orders = kept, .report = {}};
  merged.report.reference = task.own.peer;
  std::vector<weighted_state> sum;
  for (const fused_part& part : parts) {
    sum.push_back({part.from->weight, &part.state, &kept});
    merged.report.peers.push_back(
        {.peer = part.from->peer,
         .kept_share = part.kept_share,
         .distance_before = distance(task.spec, task.own.state, part.from->state, kept),
         .distance_after = distance(task.spec, task.own.state, part.state, kept),
         .classes = part.classes});
  }
  ECHELON_TRY(merged.state, reset_statistics(task.network, weighted_sum(task.spec, sum),
                                             task.calibration, reset_after, task.seed, task.round));
  merged.report.calibration_loss = calibration_loss(task, merged.state);
  return merged;
}

}  // namespace echelon::merging
