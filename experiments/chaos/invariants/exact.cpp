#include "experiments/chaos/invariants/exact.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "algorithms/learning/clipping.hpp"

namespace echelon::experiments::chaos {
namespace {

std::vector<double> numbers_of(const block& values) {
  std::vector<double> numbers;
  with_scalar(values.kind(), [&](auto scalar) {
    for (const auto number : values.as<decltype(scalar)>())
      numbers.push_back(static_cast<double>(number));
  });
  return numbers;
}

double norm(const std::vector<double>& numbers) {
  double square = 0;
  for (const double number : numbers)
    square += number * number;
  return std::sqrt(square);
}

/// Roundings of sums over parts and samples, many of one sign: well above any seen, far below a
/// part that is missing or counted twice.
double tolerance(precision kind, double amplification) {
  const double unit = kind == precision::single ? 1.2e-7 : 2.3e-16;
  return 2e3 * unit * std::max(1.0, amplification);
}

/// Rules whose steps are as large as their gradients; others make much of rounding near zero.
bool is_plain(const actors::training_setup& setup) {
  return setup.sends_changes() ? setup.server->slot_count() == 0
                               : setup.optimiser->slot_count() == 0;
}

}  // namespace

exact::exact(const promises& made) : made_(made), recomputable_(made.recomputable()) {
  if (recomputable_)
    weights_ = made.setup().model->initial_state(made.setup().init_seed);
}

std::string exact::observe(const event& what) {
  if (!recomputable_)
    return {};
  return std::visit(handlers{[this](const round_ended& ended) { return judge(ended); },
                             [this](const run_resumed& resumed) {
                               weights_ = resumed.weights;
                               return std::string{};
                             },
                             [](const auto&) { return std::string{}; }},
                    what);
}

std::string exact::judge(const round_ended& what) {
  const auto liars = made_.deceivers(what.record.round, what.now).size();
  const bool deceived = liars > 0 && !made_.exposes(what.record, liars);
  const block before = std::exchange(weights_, what.weights);
  if (what.record.worth.kind == actors::certificate::outcome::failed)
    return before.hash() == what.weights.hash()
               ? ""
               : fmt::format("round {} failed and moved the weights", what.record.round);
  if (deceived || what.record.worth.kind != actors::certificate::outcome::exact)
    return {};
  const coding::contribution sum = made_.recomputed(before, what.record.round);
  const double loss = sum.loss / sum.samples;
  const double told = what.record.train_loss.value_or(loss);
  const double slack = tolerance(precision::double_, what.record.worth.amplification) * 1e3;
  if (!(std::abs(told - loss) <= slack * std::max(1.0, std::abs(loss))))
    return fmt::format("round {} is certified exact with a loss of {}, and the parts' is {}",
                       what.record.round, told, loss);
  if (!is_plain(made_.setup()))
    return {};
  const block after = std::exchange(weights_, before);
  const std::string wrong = compare(what, sum);
  weights_ = after;
  return wrong;
}

std::string exact::compare(const round_ended& what, const coding::contribution& sum) const {
  learning::optimiser_state memory;
  const std::vector<double> expected = numbers_of(moved(sum, what.record.round, memory));
  const std::vector<double> before = numbers_of(weights_);
  const std::vector<double> after = numbers_of(what.weights);
  std::vector<double> step(expected.size()), gap(expected.size());
  for (std::size_t i = 0; i < step.size(); ++i) {
    step[i] = expected[i] - before[i];
    gap[i] = after[i] - expected[i];
  }
  const double slack = tolerance(what.weights.kind(), what.record.worth.amplification);
  const double allowed = slack * norm(step) +
                         tolerance(what.weights.kind(), 1) * norm(before) / 100;
  if (norm(gap) <= allowed)
    return {};
  return fmt::format("round {} is certified exact, and its weights are {:.3g} away from those the "
                     "parts give; rounding explains {:.3g}",
                     what.record.round, norm(gap), allowed);
}

block exact::moved(const coding::contribution& sum, index round,
                   learning::optimiser_state& memory) const {
  const actors::training_setup& setup = made_.setup();
  const index trained = setup.model->parameter_count();
  const bool local = setup.sends_changes();
  const auto& rule = local ? *setup.server : *setup.optimiser;
  memory = learning::fresh_state(rule, trained, weights_.kind());
  block_builder next{trained, weights_.kind()}, mean{trained, weights_.kind()};
  with_scalar(weights_.kind(), [&](auto scalar) {
    using element = decltype(scalar);
    std::ranges::copy(weights_.as<element>().first(static_cast<std::size_t>(trained)),
                      next.as<element>().begin());
    for (std::size_t i = 0; i < static_cast<std::size_t>(trained); ++i)
      mean.as<element>()[i] = static_cast<element>(sum.values.as<double>()[i] / sum.samples);
  });
  if (!local)
    learning::clip(mean, setup.clip);
  rule.step(next, mean,
            local ? setup.server_rate
                  : setup.rate * setup.schedule->factor(round - 1, setup.rounds),
            memory);
  return block::freeze(std::move(next));
}

}  // namespace echelon::experiments::chaos
