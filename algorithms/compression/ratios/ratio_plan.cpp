#include "algorithms/compression/ratios/ratio_plan.hpp"

#include <algorithm>

#include "algorithms/compression/ratios/apportion.hpp"

namespace echelon::compression {

ratio_plan plan_ratios(const budget_manager& manager, const ratio_state& state) {
  const ratio_problem problem = manager.problem(state);
  const budget_terms& terms = manager.terms();
  const ratio_policy& policy = manager.policy();
  ratio_plan made;
  made.ratios = policy.ratios(problem);
  for (double& ratio : made.ratios)
    ratio = std::min(ratio, terms.cap);
  if (terms.kind == compressor_kind::absolute)
    for (const double relative : policy.thresholds(problem))
      made.thresholds.push_back(std::min(relative * terms.threshold.value_or(1.0), threshold_most));
  std::vector<double> shares = made.ratios;
  for (double& share : shares)
    share *= static_cast<double>(terms.cost.length());
  made.coordinates = apportion(shares, 0, terms.cost.length());
  const bool by_threshold = policy.thresholds_only();
  const objective_value reached = policy.objective(
      problem, by_threshold ? policy.thresholds(problem) : made.ratios);
  made.objective = reached.name;
  made.objective_value = reached.value;
  const std::vector<double> alike(shares.size(), by_threshold ? 1.0 : problem.mean);
  made.objective_uniform = policy.objective(problem, alike).value;
  return made;
}

}  // namespace echelon::compression
