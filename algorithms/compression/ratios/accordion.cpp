#include "algorithms/compression/ratios/accordion.hpp"

#include <algorithm>
#include <cmath>

#include "algorithms/compression/ratios/allocation.hpp"

namespace echelon::compression {
namespace {

/// Whether a vector's length has hardly changed; not while nothing is known of it.
bool settled(const norm_history& seen, double change) {
  return seen.before > 0 && std::abs(seen.last - seen.before) < change * seen.before;
}

}  // namespace

std::vector<parameter> accordion::declared() {
  return {{"change", value_kind::number, 0.5,
           "relative change of the vector's length below which compression is harsh", 0.0, 1e6},
          {"hold_budget", value_kind::flag, true,
           "scale both ratios so that the budget is met over time; false: as published"}};
}

result<accordion> accordion::make(const parameters& given) {
  accordion made;
  made.change_ = given.number("change");
  made.held_ = given.flag("hold_budget");
  return made;
}

std::vector<double> accordion::ratios(const ratio_problem& problem) const {
  std::vector<double> levels = refined_allocation(problem.weights, {}, problem.mean, problem.floor,
                                                  problem.cap);
  const auto [least, most] = std::ranges::minmax(levels);
  for (std::size_t i = 0; i < levels.size(); ++i)
    levels[i] = !problem.histories.empty() && settled(problem.histories[i], change_) ? least : most;
  return levels;
}

}  // namespace echelon::compression
