#include "algorithms/compression/ratios/ratio_policy.hpp"

#include <limits>

#include "algorithms/compression/ratios/allocation.hpp"

namespace echelon::compression {

std::vector<double> ratio_policy::thresholds(const ratio_problem& problem) const {
  std::vector<double> made = ratios(problem);
  for (double& each : made)
    each = each > 0 ? problem.mean / each : std::numeric_limits<double>::infinity();
  return made;
}

objective_value ratio_policy::objective(const ratio_problem& problem,
                                        std::span<const double> efforts) const {
  return {"psi", psi(problem.weights, problem.divergences, efforts)};
}

}  // namespace echelon::compression
