#include "experiments/compare/sweep_outcome.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <span>

#include <fmt/format.h>

#include "experiments/report/report_format.hpp"

namespace echelon::experiments {
namespace {

std::string percent(double share) { return percent_text(share, 2); }
/// Shares differ by points, so that "1 %" cannot be read as a hundredth of the baseline.
std::string points(double share) { return fmt::format("{:.2f}\u00a0pp", 100 * share); }
std::string megabits(double bits) { return number_text(bits / 1e6, 4) + "\u00a0Mbit"; }
std::string plain(double number) { return number_text(number, 4); }

double& value_of(run_outcome& outcome, metric which) {
  return outcome.values[static_cast<std::size_t>(which)];
}

/// Without the rounds that were not evaluated.
std::vector<double> evaluated(std::span<const double> column) {
  std::vector<double> values;
  std::ranges::copy_if(column, std::back_inserter(values),
                       [](double value) { return !std::isnan(value); });
  return values;
}

void fill_values(run_outcome& outcome, const run_record& record) {
  const auto& times = record.columns.round_s;
  value_of(outcome, metric::final_accuracy) = record.final_accuracy.value_or(missing);
  value_of(outcome, metric::mean_accuracy) = mean_of(evaluated(record.columns.accuracy));
  if (const auto merged = evaluated(record.columns.merged); !merged.empty()) {
    value_of(outcome, metric::first_merged_accuracy) = merged.front();
    value_of(outcome, metric::final_merged_accuracy) = merged.back();
  }
  value_of(outcome, metric::final_loss) = record.final_loss.value_or(missing);
  if (record.time_s > 0) {  // without delays and links no virtual clock moves
    value_of(outcome, metric::round_mean) = mean_of(times);
    value_of(outcome, metric::round_median) = quantile_of(times, 0.5);
    value_of(outcome, metric::round_p95) = quantile_of(times, 0.95);
    value_of(outcome, metric::time_total) = record.time_s;
  }
  value_of(outcome, metric::bytes_total) = record.bytes_up + record.bytes_down;
  value_of(outcome, metric::payload_bits) = record.payload_bits_up;
  value_of(outcome, metric::parts_wasted) = record.parts.wasted;
}

void fill_facts(run_outcome& outcome, const run_record& record) {
  outcome.facts = record.facts_of_run;
  for (const auto& [name, fact] : record.noted)
    outcome.facts.try_emplace(name, fact.mean());
}

void fill_curve(run_outcome& outcome, const round_columns& columns, index smoothing) {
  const std::vector<double> smooth = smoothed(columns.accuracy, smoothing);
  double best = -std::numeric_limits<double>::infinity();
  std::vector<evaluation> all;
  for (std::size_t i = 0; i < columns.round.size(); ++i) {
    const evaluation here{columns.round[i], columns.time_s[i], columns.accuracy[i],
                          columns.loss[i],  columns.bytes[i],  columns.merged[i]};
    if (!std::isnan(here.accuracy) || !std::isnan(here.loss))
      all.push_back(here);
    if (std::isnan(smooth[i]))
      continue;
    outcome.smoothed_accuracy = smooth[i];
    if (smooth[i] > best) {
      best = smooth[i];
      outcome.records_broken.push_back({here.round, here.time_s, best, here.loss, here.bytes});
    }
  }
  const index stride = std::max<index>(1, (std::ssize(all) + curve_points_max - 2) /
                                              (curve_points_max - 1));
  for (index i = 0; i < std::ssize(all); ++i)
    if (i % stride == 0 || i + 1 == std::ssize(all))
      outcome.curve.push_back(all[static_cast<std::size_t>(i)]);
}

}  // namespace

const std::array<metric_card, metrics>& metric_cards() {
  static const std::array<metric_card, metrics> cards{{
      {metric::final_accuracy, "final_accuracy", "final accuracy", true, percent, points},
      {metric::mean_accuracy, "mean_accuracy", "mean accuracy", true, percent, points},
      {metric::first_merged_accuracy, "first_merged_accuracy", "after the first merge", true,
       percent, points},
      {metric::final_merged_accuracy, "final_merged_accuracy", "after the last merge", true,
       percent, points},
      {metric::final_loss, "final_loss", "final loss", false, plain, plain},
      {metric::rounds_to_target, "rounds_to_target", "rounds to target", false, plain, plain},
      {metric::time_to_target, "time_to_target_s", "time to target", false, seconds_text,
       seconds_text},
      {metric::round_mean, "round_mean_s", "mean round", false, seconds_text, seconds_text},
      {metric::round_median, "round_median_s", "median round", false, seconds_text, seconds_text},
      {metric::round_p95, "round_p95_s", "p95 round", false, seconds_text, seconds_text},
      {metric::time_total, "time_s", "total time", false, seconds_text, seconds_text},
      {metric::bytes_total, "bytes", "bytes up and down", false, bytes_text, bytes_text},
      {metric::payload_bits, "payload_bits_up", "payload bits up", false, megabits, megabits},
      {metric::parts_wasted, "parts_wasted", "parts wasted", false, plain, plain},
  }};
  return cards;
}

run_outcome outcome_of(const run_record& record, index smoothing) {
  run_outcome outcome;
  outcome.seed = static_cast<std::int64_t>(record.seed);
  outcome.folder = record.folder;
  outcome.values.fill(missing);
  outcome.finished = record.status == "done";
  outcome.rounds = static_cast<double>(record.rounds);
  outcome.time_s = record.time_s;
  fill_curve(outcome, record.columns, smoothing);
  if (outcome.finished) {
    fill_values(outcome, record);
    fill_facts(outcome, record);
  } else
    outcome.failure = record.reason.empty() ? "the run was " + record.status : record.reason;
  return outcome;
}

void reach_target(run_outcome& outcome, double accuracy) {
  constexpr double never = std::numeric_limits<double>::infinity();
  if (!outcome.finished) {
    outcome.target_rounds = outcome.target_time = censored{never, false};
    return;
  }
  outcome.target_rounds = censored{outcome.rounds, false};
  outcome.target_time = censored{outcome.time_s, false};
  for (const evaluation& better : outcome.records_broken)
    if (better.accuracy >= accuracy) {
      outcome.target_rounds = censored{better.round, true};
      outcome.target_time = censored{better.time_s, true};
      return;
    }
}

}  // namespace echelon::experiments
