#include "algorithms/coding/planning/break_even.hpp"

#include <algorithm>

namespace echelon::coding::planning {
namespace {

planned_cluster slowed(planned_cluster known, double probability, double factor) {
  for (auto* const nodes : {&known.workers, &known.edges})
    for (node_delays& node : *nodes) {
      node.law.slow_probability = probability;
      node.law.slow_factor = factor;
    }
  return known;
}

}  // namespace

result<break_even_map> map_break_even(const planning_task& task, std::vector<double> probabilities,
                                      std::vector<double> factors) {
  for (const auto* const nodes : {&task.known.workers, &task.known.edges})
    if (std::ranges::any_of(*nodes, [](const node_delays& node) { return !node.rounds.empty(); }))
      return fail(errc::not_supported,
                  "delays.model: a map varies how slow nodes are, which measured times do not let "
                  "it; the model must be one with a law, such as \"shifted-exponential\"");
  break_even_map found{std::move(probabilities), std::move(factors), {}};
  for (const double probability : found.probabilities) {
    if (task.notice)
      task.notice(fmt::format("straggler probability {:g}", probability));
    for (const double factor : found.factors) {
      const planned_cluster known = slowed(task.known, probability, factor);
      ECHELON_TRY(const planning_answer answer, plan_by_law({known, task.parts, task.make}));
      const auto plain = std::ranges::find(answer.alternatives, "uncoded", &plan_option::name);
      found.cells.push_back({probability, factor, answer.chosen, plain->predicted});
    }
  }
  return found;
}

}  // namespace echelon::coding::planning
