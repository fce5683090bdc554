#pragma once

#include <vector>

#include "algorithms/coding/planning/delay_estimator.hpp"
#include "algorithms/coding/planning/planner.hpp"
#include "algorithms/coding/replanner.hpp"

namespace echelon::coding::planning {

/// What a replanner starts from.
struct replan_settings {
  tree topology = tree::star(1);
  index parts = 0;
  bool by_law = true;  ///< plan = "auto"; else "jncss"
  plan_maker make;
  plan_choice in_force;       ///< the choice the run began with
  double bytes_per_part = 0;  ///< of data
  double bandwidth_bps = 0;   ///< of a worker's link; 0: unlimited
};

/// Plans anew from what the rounds showed: workers by estimated laws, edges by the rounds
/// themselves, which need no law. Another plan is answered only if it pays for moving its data
/// (replanning_pays). Waits for ten rounds of every node; nodes that get no work are known by what
/// they showed before. Source: specification 5.1 and 5.6; all else is Echelon's.
class law_replanner final : public replanner {
public:
  explicit law_replanner(replan_settings given);

  void observe(std::span<const node_sample> workers, std::span<const node_sample> edges) override;
  std::optional<new_plan> consider(index rounds_left) override;
  std::string memory() const override;
  result<std::optional<new_plan>> restore(std::string_view memory) override;

private:
  /// nullopt: some node was not seen often enough.
  std::optional<planned_cluster> estimated() const;

  replan_settings given_;
  std::vector<delay_estimator> workers_;
  std::vector<delay_estimator> edges_;
  bool replaced_ = false;  ///< the choice in force is one of ours
};

}  // namespace echelon::coding::planning
