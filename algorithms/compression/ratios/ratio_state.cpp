#include "algorithms/compression/ratios/ratio_state.hpp"

#include <algorithm>
#include <cmath>

namespace echelon::compression {
namespace {

/// Visits every number of a state in a fixed order, so that both ways agree.
template <class State, class Visit>
void for_numbers(State& state, Visit visit) {
  const auto visit_mean = [&visit](auto& mean) {
    visit(mean.weight), visit(mean.sum), visit(mean.share);
  };
  visit(state.credit);
  visit_mean(state.level);
  visit(state.threshold.threshold), visit(state.threshold.debt);
  visit_mean(state.threshold.spent);
  for (auto& balance : state.balances)
    visit(balance);
  for (auto& charge : state.charged)
    visit(charge);
  for (auto& history : state.histories)
    visit(history.last), visit(history.before);
  for (auto& drift : state.drifts)
    visit(drift);
  for (auto& divergence : state.divergences)
    visit_mean(divergence);
}

bool is_count(double number) { return number >= 0 && number <= 0x1p53; }

}  // namespace

std::vector<double> pack(const ratio_state& state) {
  std::vector<double> numbers{static_cast<double>(state.rounds),
                              static_cast<double>(state.threshold.rounds)};
  for_numbers(state, [&numbers](double number) { numbers.push_back(number); });
  return numbers;
}

std::optional<ratio_state> unpack_ratio_state(std::span<const double> numbers, index senders) {
  ratio_state state;
  const auto n = slot(senders);
  state.balances.resize(n), state.charged.resize(n), state.histories.resize(n);
  state.drifts.resize(n), state.divergences.resize(n);
  if (numbers.size() != pack(state).size() ||
      !std::ranges::all_of(numbers, [](double number) { return std::isfinite(number); }) ||
      !is_count(numbers[0]) || !is_count(numbers[1]))
    return std::nullopt;
  state.rounds = static_cast<index>(numbers[0]);
  state.threshold.rounds = static_cast<index>(numbers[1]);
  auto next = numbers.begin() + 2;
  for_numbers(state, [&next](double& number) { number = *next++; });
  return state;
}

}  // namespace echelon::compression
