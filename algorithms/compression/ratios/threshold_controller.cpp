#include "algorithms/compression/ratios/threshold_controller.hpp"

#include <algorithm>

#include "algorithms/base/portable_math.hpp"

namespace echelon::compression {

double threshold_controller::allowance(const threshold_state& state) {
  return std::clamp(allowance_rounds - state.debt, 0.0, burst_max);
}

void threshold_controller::observe(double spent, double drift_start, threshold_state& state) {
  state.debt += spent - 1;
  ++state.rounds;
  if (state.rounds < warm_rounds)
    return;
  if (state.rounds == warm_rounds || state.threshold == 0) {
    if (drift_start > 0)
      state.threshold = drift_start;
    return;
  }
  state.spent.add(spent);
  constexpr double silence = 1e-3;  // of a budget: as good as nothing
  const double move = gain_rate * log_portable(std::max(state.spent.value(), silence)) +
                      gain_debt * state.debt;
  const double most = log_portable(step_max);
  // A budget that no threshold can spend, or none can save, moves it no further than floats go.
  constexpr double least = 1e-30, largest = 1e30;
  state.threshold = std::clamp(state.threshold * exp_portable(std::clamp(move, -most, most)), least,
                               largest);
}

}  // namespace echelon::compression
