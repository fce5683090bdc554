#include "algorithms/transmission/uplink/lyapunov.hpp"

#include <algorithm>

#include "algorithms/base/portable_math.hpp"

namespace echelon::transmission {

std::vector<parameter> lyapunov::declared() {
  return {
      {"V", value_kind::number, 0.0,
       "weight of utility against queue length; 0: backlogs of at most two coded gradients", 0.0,
       1e12},
      {"perturbation", value_kind::flag, true, "false: theta = 0, for comparison"},
      {"alpha", value_kind::number, 1.0, "of alpha-fair utility; 1: the logarithm", 0.01, 100.0},
  };
}

result<lyapunov> lyapunov::make(const parameters& given, const uplink_context& context) {
  lyapunov made;
  made.perturbed_ = given.flag("perturbation");
  made.alpha_ = given.number("alpha");
  made.arrival_most_ = context.arrival_most;
  made.gamma_most_ = context.arrival_most;
  made.v_ = given.number("V");
  if (made.v_ == 0)
    made.v_ = std::max(1.0, 2 * context.gradient - context.grant_most - 2 * context.arrival_most);
  return made;
}

double lyapunov::auxiliary(double weight, double owed) const {
  if (owed <= 0)
    return weight > 0 ? gamma_most_ : 0.0;
  const double ratio = v_ * weight / owed;  // phi'(gamma) = H / (V w)
  if (ratio <= 1)
    return 0;
  const double root = alpha_ == 1 ? ratio : exp_portable(log_portable(ratio) / alpha_);
  return std::min(root - 1, gamma_most_);
}

void lyapunov::decide(const slot_view& seen, std::span<double> memory,
                      slot_decision& decided) const {
  for (std::size_t i = 0; i < seen.senders(); ++i) {
    const double theta = perturbed_ && seen.ending[i] == 0 ? seen.grant_most[i] : 0.0;
    const double surplus = seen.backlog[i] - theta;
    double& owed = memory[i];
    const double gamma = auxiliary(seen.weights[i], owed);
    if (owed <= surplus)
      decided.admitted[i] = 0;
    if (surplus > 0)
      decided.preference[i] = surplus * seen.rates[i];
    owed = std::max(owed + gamma - decided.admitted[i], 0.0);
  }
}

double lyapunov::utility(double average) const {
  if (alpha_ == 1)
    return uplink_policy::utility(average);
  const double power = 1 - alpha_;
  return (exp_portable(power * log_portable(1 + average)) - 1) / power;
}

double lyapunov::backlog_most(double weight, double grant_most) const {
  return (perturbed_ ? grant_most : 0.0) + v_ * weight + gamma_most_ + arrival_most_;
}

}  // namespace echelon::transmission
