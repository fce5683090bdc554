#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "experiments/compare/statistics.hpp"
#include "experiments/report/report_format.hpp"
#include "experiments/report/report_sections.hpp"

namespace echelon::experiments {
namespace {

/// Ratios this close to one are called a draw.
constexpr double draw_margin = 0.05;

std::string bold(const shown_run& run) { return "<b>" + escape_html(run.label) + "</b>"; }

double best_accuracy(const run_record& run) {
  double best = missing;
  for (const double accuracy : run.columns.accuracy)
    best = std::fmax(best, accuracy);
  return best;
}

/// The scenario's target, or the highest whole percentage that every run came to.
double common_target(const shown_runs& runs) {
  const auto target = runs.front().record->facts.target_accuracy;
  const bool shared = target && std::ranges::all_of(runs, [&](const shown_run& run) {
                        return run.record->facts.target_accuracy == target;
                      });
  if (shared)
    return *target;
  double lowest = 1;
  for (const shown_run& run : runs)
    lowest = std::fmin(lowest, best_accuracy(*run.record));
  return std::floor(100 * lowest) / 100;
}

/// The words for left / right: "0.38 of the time", "1.9 times as long", "about as long".
std::string ratio_words(double ratio) {
  if (!std::isfinite(ratio))
    return "a time that cannot be compared";
  if (std::abs(ratio - 1) <= draw_margin)
    return fmt::format("about as long ({:.2f})", ratio);
  return ratio < 1 ? fmt::format("{:.2f} of the time", ratio)
                   : fmt::format("{} times as long", number_text(ratio));
}

std::string round_words(const run_record& run, const run_record& base) {
  const auto& ours = run.columns.round_s;
  const auto& theirs = base.columns.round_s;
  const double median = quantile_of(ours, 0.5), median_base = quantile_of(theirs, 0.5);
  const double mean = mean_of(ours), mean_base = mean_of(theirs);
  return fmt::format(
      "The median round took {} ({} against {}), the mean round {} ({} against {}). ",
      ratio_words(median / median_base), seconds_text(median), seconds_text(median_base),
      ratio_words(mean / mean_base), seconds_text(mean), seconds_text(mean_base));
}

std::string accuracy_words(const run_record& run, const run_record& base, double target) {
  std::string out;
  const double ours = time_to_accuracy(run, target), theirs = time_to_accuracy(base, target);
  const std::string level = percent_text(target, 0);
  if (std::isfinite(ours) && std::isfinite(theirs))
    out += fmt::format("{} accuracy was reached after {} against {}: {}. ", level,
                       seconds_text(ours), seconds_text(theirs), ratio_words(ours / theirs));
  else if (std::isfinite(ours) || std::isfinite(theirs))
    out += fmt::format("{} accuracy was reached only by {}, after {}. ", level,
                       std::isfinite(ours) ? "this run" : "the other",
                       seconds_text(std::isfinite(ours) ? ours : theirs));
  const double shared_s = std::fmin(run.time_s, base.time_s);
  const double here = accuracy_at(run, shared_s), there = accuracy_at(base, shared_s);
  if (std::isfinite(here) && std::isfinite(there))
    out += fmt::format("At equal time ({}) accuracy stood at {} against {}. ",
                       seconds_text(shared_s), percent_text(here), percent_text(there));
  return out;
}

double per_round(double total, const run_record& run) {
  return run.rounds > 0 ? total / static_cast<double>(run.rounds) : missing;
}

std::string price_words(const run_record& run, const run_record& base) {
  std::string out;
  const double work = per_round(run.parts.computed, run) / per_round(base.parts.computed, base);
  if (std::isfinite(work))
    out += fmt::format(
        "The price: {:.2f} times the parts computed a round, of which {} were wasted; ", work,
        percent_text(run.parts.wasted / run.parts.computed, 0));
  const double up = per_round(run.bytes_up, run) / per_round(base.bytes_up, base);
  if (std::isfinite(up))
    out += fmt::format("{:.2f} times the bytes sent up a round. ", up);
  const index inexact = run.approximate_rounds + run.failed_rounds;
  if (inexact == 0)
    out += fmt::format("All {} rounds were exact.",
                       count_text(static_cast<double>(run.exact_rounds)));
  else
    out += fmt::format("{} of {} rounds were approximate and {} failed (largest residual {}).",
                       run.approximate_rounds, run.rounds, run.failed_rounds,
                       number_text(run.residual_max.value_or(missing)));
  return out;
}

std::string verdict(double mean_ratio) {
  if (!std::isfinite(mean_ratio))
    return "no rounds to compare";
  if (std::abs(mean_ratio - 1) <= draw_margin)
    return "no faster and no slower";
  return mean_ratio < 1 ? fmt::format("{:.2f} times as fast a round", 1 / mean_ratio)
                        : fmt::format("it loses: rounds {} times as long", number_text(mean_ratio));
}

std::string comparison(const shown_run& run, const shown_run& base, double target) {
  const double ratio = mean_of(run.record->columns.round_s) / mean_of(base.record->columns.round_s);
  const std::string_view tone = ratio < 1 - draw_margin   ? " class=\"good\""
                                : ratio > 1 + draw_margin ? " class=\"bad\""
                                                          : "";
  return fmt::format("<li{}>{} against {}: <b>{}</b>. {}{}{}</li>\n", tone, bold(run), bold(base),
                     verdict(ratio), round_words(*run.record, *base.record),
                     accuracy_words(*run.record, *base.record, target),
                     price_words(*run.record, *base.record));
}

/// What makes the comparison less than fair, or nothing.
std::string caveats(const shown_runs& runs) {
  const run_record& first = *runs.front().record;
  std::string out;
  const auto differs = [&](auto member) {
    return std::ranges::any_of(
        runs, [&](const shown_run& run) { return member(*run.record) != member(first); });
  };
  if (differs([](const run_record& run) { return run.seed; }))
    out += "The seeds differ, so these runs did not meet the same stragglers. ";
  if (differs([](const run_record& run) { return run.stragglers.workers(); }))
    out += "The numbers of nodes differ. ";
  if (differs([](const run_record& run) { return run.facts.delays; }))
    out += "The delay models differ. ";
  if (differs([](const run_record& run) { return run.clock; }))
    out += "Some times are virtual and some are wall time. ";
  if (differs([](const run_record& run) { return run.rounds; }))
    out += "The runs have different numbers of rounds. ";
  out += says_nothing_of_chance;
  return "<p class=\"note\">" + out + "</p>\n";
}

}  // namespace

double time_to_accuracy(const run_record& run, double accuracy) {
  for (std::size_t i = 0; i < run.columns.accuracy.size(); ++i)
    if (run.columns.accuracy[i] >= accuracy)
      return run.columns.time_s[i];
  return missing;
}

double accuracy_at(const run_record& run, double time_s) {
  return last_within(run.columns.accuracy, run.columns.time_s, time_s);
}

double last_within(const std::vector<double>& numbers, const std::vector<double>& across,
                   double limit) {
  double last = missing;
  for (std::size_t i = 0; i < numbers.size() && across[i] <= limit; ++i)
    if (!std::isnan(numbers[i]))
      last = numbers[i];
  return last;
}

const shown_run& base_among(const shown_runs& runs, std::string_view policy) {
  const auto found = std::ranges::find_if(
      runs, [policy](const shown_run& run) { return run.record->facts.policy == policy; });
  return found == runs.end() ? runs.front() : *found;
}

std::string words_html(const shown_runs& runs) {
  if (runs.size() < 2 || all_among_peers(runs))
    return {};
  const shown_run& base = base_among(runs, "uncoded");
  const double target = common_target(runs);
  std::string items;
  for (const shown_run& run : runs)
    if (&run != &base)
      items += comparison(run, base, target);
  return section_html("What it bought", {},
                      "<ul class=\"words\">" + items + "</ul>\n" + caveats(runs));
}

}  // namespace echelon::experiments
