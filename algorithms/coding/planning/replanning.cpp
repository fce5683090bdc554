#include "algorithms/coding/planning/replanning.hpp"

#include <algorithm>

#include "algorithms/base/contract.hpp"

namespace echelon::coding::planning {

double moving_s(const replan_question& asked) {
  if (asked.bandwidth_bps <= 0)
    return 0;
  return static_cast<double>(asked.parts_moved) * asked.bytes_per_part * 8 / asked.bandwidth_bps;
}

bool replanning_pays(const replan_question& asked) {
  const double gain_s = asked.current_mean_s - asked.planned_mean_s;
  return gain_s * static_cast<double>(asked.rounds_left) > moving_s(asked);
}

std::vector<index> parts_newly_needed(const work_plan& now, const work_plan& then) {
  expects(now.work.size() == then.work.size());
  std::vector<index> needed;
  for (std::size_t worker = 0; worker < now.work.size(); ++worker)
    needed.push_back(std::ranges::count_if(then.work[worker], [&](const coded_part& entry) {
      return std::ranges::find(now.work[worker], entry.part, &coded_part::part) ==
             now.work[worker].end();
    }));
  return needed;
}

}  // namespace echelon::coding::planning
