#include "experiments/plan/compression_plan.hpp"

namespace echelon::experiments {

compression_plan plan_compression(const actors::training_setup& setup, const scenario& built,
                                  const actors::model_probe& probe) {
  compression_plan made{.policy = built.policy("compression").name,
                        .ratios = built.policy("compression.ratios").name,
                        .budget_unit = built.section("compression").text("budget_unit"),
                        .hops = {},
                        .bounds = {},
                        .gradient_square = probe.gradient_square};
  for (const auto& [parent, manager] : setup.budgets) {
    const auto children = setup.topology.children(parent);
    made.hops.push_back({parent,
                         {children.begin(), children.end()},
                         plan_ratios(*manager, manager->begin()),
                         manager->terms().budget,
                         manager->round_budget()});
  }
  const auto top = setup.budgets.find({role::coordinator, 0});
  if (setup.bounds && top != setup.budgets.end()) {
    const compression::ratio_state start = top->second->begin();
    made.bounds = setup.bounds({probe, probe, setup.rounds, &start});
  }
  return made;
}

}  // namespace echelon::experiments
