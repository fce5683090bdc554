#include "experiments/compare/compare.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "algorithms/base/contract.hpp"
#include "experiments/report/report_format.hpp"

namespace echelon::experiments {
namespace {

std::size_t slot(metric which) { return static_cast<std::size_t>(which); }

const std::optional<censored>& time_of(const run_outcome& run, metric which) {
  return which == metric::rounds_to_target ? run.target_rounds : run.target_time;
}

void set_targets(comparison& compared) {
  const target_rule& rule = *compared.asked->target;
  for (std::size_t p = 0; p < compared.points.size(); ++p) {
    point_result& point = compared.points[p];
    const point_result& base = compared.points[compared.asked->points[p].baseline];
    for (std::size_t s = 0; s < point.runs.size(); ++s) {
      const double accuracy = rule.fraction * base.runs[s].smoothed_accuracy;
      compared.target_accuracies.push_back(base.runs[s].finished ? accuracy : missing);
    }
  }
  for (std::size_t p = 0; p < compared.points.size(); ++p)
    for (std::size_t s = 0; s < compared.points[p].runs.size(); ++s)
      if (const double accuracy = compared.target_of(p, s); !std::isnan(accuracy))
        reach_target(compared.points[p].runs[s], accuracy);
}

/// Of all points that are compared with `baseline`, it among them.
double horizon_over(const comparison& compared, std::size_t baseline, metric which) {
  std::vector<censored> all;
  for (std::size_t p = 0; p < compared.points.size(); ++p)
    if (compared.asked->points[p].baseline == baseline)
      for (const run_outcome& run : compared.points[p].runs)
        if (const auto& time = time_of(run, which))
          all.push_back(*time);
  double horizon = horizon_of(all);
  // Where only failed runs never got there, the longest time that was needed is a horizon all the
  // same; where nobody got there, there is none.
  if (std::isinf(horizon) && !std::ranges::all_of(all, &censored::reached)) {
    horizon = missing;
    for (const censored& one : all)
      if (one.reached)
        horizon = std::fmax(horizon, one.time);
  }
  return horizon;
}

/// Writes restricted times into the runs' values and counts who got there.
void restrict_times(comparison& compared) {
  for (std::size_t p = 0; p < compared.points.size(); ++p) {
    point_result& point = compared.points[p];
    const std::size_t baseline = compared.asked->points[p].baseline;
    point.horizon_rounds = horizon_over(compared, baseline, metric::rounds_to_target);
    point.horizon_s = horizon_over(compared, baseline, metric::time_to_target);
    for (run_outcome& run : point.runs) {
      if (!run.target_rounds)
        continue;
      ++point.target.runs;
      point.target.reached += run.target_rounds->reached ? 1 : 0;
      if (std::isnan(point.horizon_rounds))
        continue;
      run.values[slot(metric::rounds_to_target)] = std::min(run.target_rounds->time,
                                                            point.horizon_rounds);
      run.values[slot(metric::time_to_target)] = std::min(run.target_time->time, point.horizon_s);
    }
  }
}

std::vector<double> values_of(const point_result& point, metric which) {
  std::vector<double> values;
  for (const run_outcome& run : point.runs)
    if (const double value = run.values[slot(which)]; !std::isnan(value))
      values.push_back(value);
  return values;
}

paired_difference difference_of(const point_result& point, const point_result& base, metric which) {
  std::vector<double> differences, ours, theirs;
  std::vector<censored> our_times, their_times;
  for (std::size_t s = 0; s < point.runs.size(); ++s) {
    const double here = point.runs[s].values[slot(which)];
    const double there = base.runs[s].values[slot(which)];
    if (std::isnan(here) || std::isnan(there))
      continue;
    differences.push_back(here - there);
    ours.push_back(here);
    theirs.push_back(there);
    if (to_target(which)) {
      our_times.push_back(*time_of(point.runs[s], which));
      their_times.push_back(*time_of(base.runs[s], which));
    }
  }
  paired_difference difference;
  difference.pairs = std::ssize(differences);
  difference.mean = mean_of(differences);
  difference.ratio = mean_of(ours) / mean_of(theirs);
  difference.confidence = bootstrap_mean(differences);
  difference.counts = compare_pairs(our_times, their_times);
  return difference;
}

std::string signed_text(double number, std::string (*text)(double)) {
  return (number > 0 ? "+" : number < 0 ? "−" : "") + text(std::abs(number));
}

}  // namespace

metric_summary summarise(std::span<const double> values) {
  metric_summary summary;
  summary.count = std::ssize(values);
  if (values.empty())
    return summary;
  summary.mean = mean_of(values);
  summary.deviation = deviation_of(values);
  const auto [least, most] = std::ranges::minmax(values);
  summary.least = least;
  summary.most = most;
  summary.confidence = bootstrap_mean(values);
  return summary;
}

std::size_t best_of(const std::vector<tuning_score>& scores) {
  expects(!scores.empty());
  std::size_t best = 0;
  for (std::size_t i = 1; i < scores.size(); ++i) {
    const bool safer = scores[i].failed < scores[best].failed;
    const bool higher = scores[i].failed == scores[best].failed &&
                        (scores[i].score > scores[best].score || std::isnan(scores[best].score));
    if (safer || higher)
      best = i;
  }
  return best;
}

void analyse(comparison& compared) {
  expects(compared.points.size() == compared.asked->points.size());
  for (point_result& point : compared.points)
    point.failed = std::ranges::count(point.runs, false, &run_outcome::finished);
  if (compared.asked->target) {
    set_targets(compared);
    restrict_times(compared);
  }
  for (std::size_t p = 0; p < compared.points.size(); ++p) {
    point_result& point = compared.points[p];
    const std::size_t baseline = compared.asked->points[p].baseline;
    for (const metric_card& card : metric_cards()) {
      point.summaries[slot(card.which)] = summarise(values_of(point, card.which));
      if (baseline != p && has_metric(compared, card.which))
        point.differences[slot(card.which)] = difference_of(point, compared.points[baseline],
                                                            card.which);
    }
  }
}

bool has_metric(const comparison& compared, metric which) {
  return std::ranges::any_of(compared.points, [which](const point_result& point) {
    return std::ranges::any_of(point.runs, [which](const run_outcome& run) {
      return !std::isnan(run.values[slot(which)]);
    });
  });
}

std::string difference_text(const paired_difference& difference, const metric_card& card) {
  if (difference.pairs == 0)
    return "no pairs";
  std::string out = signed_text(difference.mean, card.difference_text);
  if (!std::isnan(difference.confidence.low))
    out += fmt::format(" [{}, {}]", signed_text(difference.confidence.low, card.difference_text),
                       signed_text(difference.confidence.high, card.difference_text));
  return out;
}

}  // namespace echelon::experiments
