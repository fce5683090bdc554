#include "algorithms/compression/ratios/budget_manager.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "algorithms/compression/ratios/apportion.hpp"

namespace echelon::compression {
namespace {

/// As many rounds' budgets a sender may save up for later.
constexpr double savings_rounds = 10;
/// In as many rounds a policy that does not keep the mean pays a debt back.
constexpr double horizon_rounds = 50;
/// So many rounds at the end of a run settle what a controller still owes.
constexpr double settling_rounds = 5;
constexpr double divergence_weight = 0.05;

constexpr double threshold_least = std::numeric_limits<float>::min();

effort nothing() { return {.threshold = threshold_most}; }

double sum(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

result<void> check(const ratio_policy& policy, const budget_terms& terms) {
  const bool usable = std::ranges::all_of(
      terms.volumes, [](double volume) { return volume >= 0 && std::isfinite(volume); });
  if (!usable || !(sum(terms.volumes) > 0))
    return fail(errc::bad_input, "{} senders hold no data, or negative amounts of it",
                terms.volumes.size());
  if (!(terms.budget > 0) || !std::isfinite(terms.budget))
    return fail(errc::bad_input, "budget {} is not above 0", terms.budget);
  if (!(terms.cap > 0 && terms.cap <= 1))
    return fail(errc::bad_input, "the largest ratio {} is not in (0, 1]", terms.cap);
  if (terms.floor && !(*terms.floor >= 0 && *terms.floor <= std::min(terms.budget, terms.cap)))
    return fail(errc::bad_input, "the least ratio {} is not between 0 and the budget {}",
                *terms.floor, terms.budget);
  if (terms.threshold && !(*terms.threshold > 0))
    return fail(errc::bad_input, "threshold {} is not above 0", *terms.threshold);
  if (policy.thresholds_only() && terms.kind != compressor_kind::absolute)
    return fail(errc::not_supported,
                "these ratios are thresholds, and the compressor takes a number of coordinates; "
                "take compression.policy = \"threshold\", or compression.ratios = \"dagc-r\"");
  return {};
}

ratio_problem problem_of(const budget_terms& terms) {
  ratio_problem problem{.weights = terms.volumes, .mean = terms.budget, .cap = terms.cap};
  const double all = sum(terms.volumes);
  for (double& weight : problem.weights)
    weight /= all;
  return problem;
}

}  // namespace

result<budget_manager> budget_manager::make(ratio_policy_ptr policy, budget_terms terms) {
  ECHELON_CHECK(check(*policy, terms));
  return budget_manager{std::move(policy), std::move(terms)};
}

budget_manager::budget_manager(ratio_policy_ptr policy, budget_terms terms)
    : policy_(std::move(policy)), terms_(std::move(terms)), problem_(problem_of(terms_)) {
  problem_.mean = mean_ratio_for(problem_);
  const double one = 1 / static_cast<double>(terms_.cost.length());
  const double usual = std::min(std::max(1e-5, one), problem_.mean / 10);
  problem_.floor = std::min(terms_.floor.value_or(usual), problem_.mean);
  problem_.mean = mean_ratio_for(problem_);
  if (policy_->keeps_mean() && !policy_->wants_divergences() && !policy_->wants_traffic()) {
    ratios_ = policy_->ratios(problem_);
    thresholds_ = policy_->thresholds(problem_);
  }
}

double budget_manager::round_budget() const {
  return static_cast<double>(senders()) * std::min(terms_.budget, 1.0) * terms_.cost.whole();
}

/// The mean ratio whose messages cost the budget, bits being no multiple of coordinates.
double budget_manager::mean_ratio_for(ratio_problem problem) const {
  if (!terms_.cost.counts_bits())
    return std::min(terms_.budget, terms_.cap);
  const auto length = static_cast<double>(terms_.cost.length());
  // Of ratios that follow the data only the mean is known beforehand; `hold_mean` does the rest.
  if (!policy_->keeps_mean())
    return std::min(terms_.cost.coordinates(terms_.budget * terms_.cost.whole()) / length,
                    terms_.cap);
  const auto costs = [&](double mean) {
    problem.mean = mean;
    double spent = 0;
    for (const double ratio : policy_->ratios(problem))
      spent += terms_.cost.of(std::min(ratio, terms_.cap) * length);
    return spent;
  };
  constexpr int bisections = 50;
  double low = 0, high = terms_.cap;
  for (int step = 0; step < bisections; ++step) {
    const double middle = std::midpoint(low, high);
    (costs(middle) < round_budget() ? low : high) = middle;
  }
  return high;
}

ratio_state budget_manager::begin() const {
  const auto n = problem_.weights.size();
  ratio_state state;
  state.balances.assign(n, 0.0);
  state.charged.assign(n, 0.0);
  state.histories.resize(n);
  state.drifts.assign(n, 0.0);
  state.divergences.assign(n, {.weight = divergence_weight});
  state.threshold.threshold = terms_.threshold.value_or(terms_.threshold_start);
  return state;
}

ratio_problem budget_manager::problem(const ratio_state& state) const {
  ratio_problem now = problem_;
  now.histories = state.histories;
  if (policy_->wants_divergences() && std::ranges::all_of(state.divergences, &running_mean::known))
    for (const running_mean& square : state.divergences)
      now.divergences.push_back(std::sqrt(std::max(square.value(), 0.0)));
  const bool measured = std::ranges::all_of(state.drifts, [](double drift) { return drift > 0; });
  if (policy_->wants_traffic() && measured)
    now.traffic = state.drifts;
  if (!now.divergences.empty() || !now.traffic.empty())
    now.mean = mean_ratio_for(now);
  return now;
}

std::vector<double> budget_manager::ratios(const ratio_state& state) const {
  return ratios_.empty() ? policy_->ratios(problem(state)) : ratios_;
}

std::vector<double> budget_manager::relative_thresholds(const ratio_state& state) const {
  return thresholds_.empty() ? policy_->thresholds(problem(state)) : thresholds_;
}

/// At least 1; infinite where the run's length is unknown.
double budget_manager::rounds_left(const ratio_state& state) const {
  if (terms_.rounds == 0)
    return std::numeric_limits<double>::infinity();
  return static_cast<double>(std::max(terms_.rounds - state.rounds, index{1}));
}

/// Scales the ratios of a policy that follows the data so that the budget is met over time, and
/// to the end where that is known. What a policy gives before it knows anything says nothing of
/// what it will give.
void budget_manager::hold_mean(std::span<double> ratios, ratio_state& state) const {
  const double now = sum(ratios) / (static_cast<double>(senders()) * problem_.mean);
  if (std::ranges::any_of(state.histories, [](norm_history seen) { return seen.before > 0; }))
    state.level.add(now);
  const double usual = state.level.known() ? state.level.value() : now;
  const double horizon = std::min(rounds_left(state), horizon_rounds);
  const double level = std::max(1 + state.credit / horizon, 0.0) / usual;
  for (double& ratio : ratios)
    ratio = std::min(ratio * level, terms_.cap);
}

/// Whole numbers of coordinates for the balances, with what this round brings, and takes their
/// cost off.
std::vector<std::int64_t> budget_manager::spend(ratio_state& state) const {
  std::vector<double> shares = ratios(state);
  if (!policy_->keeps_mean() && policy_->held_to_budget())
    hold_mean(shares, state);
  const auto length = static_cast<double>(terms_.cost.length());
  for (std::size_t i = 0; i < shares.size(); ++i) {
    const double brought = terms_.cost.of(std::min(shares[i], terms_.cap) * length);
    const double most = savings_rounds * brought + terms_.cost.of(std::int64_t{1});
    state.balances[i] = std::min(state.balances[i] + brought, most);
    // Others pay no more than one coordinate for a sender that overspends whatever it is told.
    shares[i] = std::clamp(terms_.cost.coordinates(state.balances[i]), -1.0, length);
  }
  std::vector<std::int64_t> counts = apportion(shares, 0, terms_.cost.length());
  for (std::size_t i = 0; i < counts.size(); ++i) {
    state.charged[i] = terms_.cost.of(counts[i]);
    state.balances[i] -= state.charged[i];
  }
  return counts;
}

/// While no threshold is known, the budget's largest values are sent.
std::vector<effort> budget_manager::first_thresholds(ratio_state& state) const {
  std::vector<effort> made;
  for (const std::int64_t count : spend(state))
    made.push_back(count > 0 ? effort{.threshold = threshold_least, .coordinates_max = count}
                             : nothing());
  return made;
}

/// The mean threshold, each sender's multiple of it, and a cap on its burst. The last rounds of a
/// run whose length is known settle the debt: there the caps alone decide.
std::vector<effort> budget_manager::capped_thresholds(ratio_state& state) const {
  const std::vector<double> shares = ratios(state), relative = relative_thresholds(state);
  const bool settling = rounds_left(state) <= settling_rounds;
  const double allowance = settling ? std::max(1 - state.threshold.debt / rounds_left(state), 0.0)
                                    : threshold_controller::allowance(state.threshold);
  const double budget = allowance * static_cast<double>(senders()) * problem_.mean *
                        static_cast<double>(terms_.cost.length());
  const double all = sum(shares);
  std::vector<effort> made;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    // A cap below one coordinate is one coordinate now and then.
    const double room = std::clamp(state.balances[i], 0.0, 1.0) + budget * shares[i] / all;
    const double whole = std::floor(room);
    state.balances[i] = room - whole;
    const double threshold = settling ? threshold_least : relative[i] * state.threshold.threshold;
    made.push_back(whole > 0 ? effort{.threshold = std::min(threshold, threshold_most),
                                      .coordinates_max = static_cast<std::int64_t>(whole)}
                             : nothing());
  }
  return made;
}

/// The thresholds of a run that asked for a mean threshold instead of a budget.
std::vector<effort> budget_manager::given_thresholds(const ratio_state& state) const {
  std::vector<effort> made;
  for (const double relative : relative_thresholds(state))
    made.push_back({.threshold = std::min(relative * *terms_.threshold, threshold_most)});
  return made;
}

std::vector<effort> budget_manager::efforts(ratio_state& state) const {
  std::vector<effort> made;
  if (terms_.kind == compressor_kind::absolute) {
    made = terms_.threshold                ? given_thresholds(state)
           : state.threshold.threshold > 0 ? capped_thresholds(state)
                                           : first_thresholds(state);
  } else if (terms_.kind == compressor_kind::quantiser) {
    made.assign(slot(senders()), {.coordinates = terms_.cost.length()});
  } else {
    for (const std::int64_t count : spend(state))
      made.push_back({.coordinates = count});
  }
  ++state.rounds;
  return made;
}

double budget_manager::cost_of(const sender_observation& seen) const {
  return terms_.cost.counts_bits() ? seen.bits : static_cast<double>(seen.coordinates);
}

/// Norms, drifts and divergences of whoever sent.
void budget_manager::remember(std::span<const sender_observation> seen, ratio_state& state) const {
  const double root = std::sqrt(static_cast<double>(terms_.cost.length()));
  for (std::size_t i = 0; i < seen.size(); ++i) {
    if (!seen[i].sent)
      continue;
    state.histories[i] = {.last = seen[i].norm, .before = state.histories[i].last};
    state.drifts[i] = seen[i].drift.value_or(seen[i].norm / root);
    if (seen[i].divergence_square)
      state.divergences[i].add(*seen[i].divergence_square);
  }
}

void budget_manager::observe_divergences(std::span<const double> squares,
                                         ratio_state& state) const {
  expects(std::ssize(squares) == senders());
  for (std::size_t i = 0; i < squares.size(); ++i)
    state.divergences[i].add(squares[i]);
}

/// The mean threshold at which drifting gradients would spend the budget; 0: nothing is known.
double budget_manager::drift_start(const ratio_state& state) const {
  const std::vector<double> shares = ratios(state), relative = relative_thresholds(state);
  double passed = 0, wanted = 0;
  for (std::size_t i = 0; i < shares.size(); ++i)
    if (state.drifts[i] > 0) {
      passed += state.drifts[i] / relative[i];
      wanted += shares[i];
    }
  return wanted > 0 ? passed / wanted : 0;
}

/// What was spent over the budget of those who were there; negative where nobody was.
double budget_manager::spent_share(std::span<const sender_observation> seen,
                                   const ratio_state& state) const {
  const std::vector<double> shares = ratios(state);
  double present = 0, spent = 0;
  for (std::size_t i = 0; i < seen.size(); ++i)
    if (seen[i].sent) {
      present += shares[i];
      spent += cost_of(seen[i]);
    }
  return present > 0 ? spent / (round_budget() * present / sum(shares)) : -1;
}

void budget_manager::observe(std::span<const sender_observation> seen, ratio_state& state) const {
  expects(std::ssize(seen) == senders());
  const double spent = spent_share(seen, state);
  for (std::size_t i = 0; i < seen.size(); ++i) {
    if (seen[i].sent && terms_.kind == compressor_kind::relative)
      state.balances[i] += state.charged[i] - cost_of(seen[i]);
    state.charged[i] = 0;
  }
  remember(seen, state);
  if (spent < 0)
    return;
  state.credit += 1 - spent;
  if (terms_.kind == compressor_kind::absolute && !terms_.threshold)
    threshold_controller::observe(spent, drift_start(state), state.threshold);
}

}  // namespace echelon::compression
