#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "experiments/compare/compare.hpp"
#include "experiments/compare/noted_facts.hpp"
#include "experiments/report/report_format.hpp"
#include "experiments/report/svg_bars.hpp"
#include "experiments/report/svg_chart.hpp"

namespace echelon::experiments {
namespace {

constexpr std::size_t curves_shown_max = 8;  ///< as many as there are colours
constexpr index band_points = 160;

std::size_t slot(metric which) { return static_cast<std::size_t>(which); }

std::string key(std::size_t p, const std::string& label) {
  return fmt::format("<i class=\"key c{}\"></i>{}", p % static_cast<std::size_t>(svg_colours),
                     escape_html(label));
}

std::string header_html(const comparison& compared) {
  const sweep& asked = *compared.asked;
  index failed = 0;
  for (const point_result& point : compared.points)
    failed += point.failed;
  std::string out = fmt::format("<header><h1>{}</h1><p>{} scenarios, {} paired seeds ({}): the "
                                "same data, start and delays for "
                                "every scenario of a seed.</p></header>\n",
                                escape_html(asked.file.stem().string()), asked.points.size(),
                                asked.seeds.size(), fmt::join(asked.seeds, ", "));
  if (failed > 0)
    out += fmt::format(
        "<div class=\"banner bad\"><b>{} of {} runs did not finish.</b> Means are over the runs "
        "that "
        "did; the others are listed below and count as never reaching the target.</div>\n",
        failed, std::ssize(asked.points) * std::ssize(asked.seeds));
  return out;
}

/// Whether an interval of differences says better, worse or neither.
std::string_view tone_of(const paired_difference& difference, const metric_card& card) {
  const interval& range = difference.confidence;
  if (std::isnan(range.low) || (range.low <= 0 && range.high >= 0))
    return "";
  return (range.low > 0) == card.higher_is_better ? "good" : "bad";
}

std::string summary_cell(const point_result& point, const metric_card& card) {
  const metric_summary& summary = point.summaries[slot(card.which)];
  if (summary.count == 0)
    return std::string{no_value};
  std::string out = card.text(summary.mean);
  if (!std::isnan(summary.deviation))
    out += " <small>±&#8239;" + card.text(summary.deviation) + "</small>";
  if (const auto& difference = point.differences[slot(card.which)])
    out += fmt::format("<br/><small class=\"{}\">{}</small>", tone_of(*difference, card),
                       difference_text(*difference, card));
  return out;
}

/// Points down, a group of metrics across.
std::string metrics_table(const comparison& compared, const std::vector<metric>& group) {
  html_table table{{""}, {}};
  std::vector<metric_card> cards;
  for (const metric_card& card : metric_cards())
    if (std::ranges::find(group, card.which) != group.end() && has_metric(compared, card.which)) {
      cards.push_back(card);
      table.head.emplace_back(card.title);
    }
  if (cards.empty())
    return {};
  for (std::size_t p = 0; p < compared.points.size(); ++p) {
    table.rows.push_back({key(p, compared.asked->points[p].label)});
    for (const metric_card& card : cards)
      table.rows.back().push_back(summary_cell(compared.points[p], card));
  }
  return table.html();
}

std::string table_section(const comparison& compared) {
  using enum metric;
  return section_html("In figures",
                      "Mean ± deviation over seeds; below it the mean paired difference from the "
                      "baseline with its 95 % interval. "
                      "Coloured where the interval excludes zero.",
                      metrics_table(compared, {first_merged_accuracy, final_merged_accuracy,
                                               final_accuracy, mean_accuracy, final_loss,
                                               rounds_to_target, time_to_target, time_total}) +
                          metrics_table(compared, {round_mean, round_median, round_p95, bytes_total,
                                                   payload_bits, parts_wasted}));
}

std::string intervals_of(const comparison& compared, const metric_card& card) {
  std::vector<svg_estimate> estimates;
  for (std::size_t p = 0; p < compared.points.size(); ++p) {
    const auto& difference = compared.points[p].differences[slot(card.which)];
    if (!difference)
      continue;
    svg_estimate one{
        .label = compared.asked->points[p].label, .value = "no pairs", .colour = p, .known = false};
    if (difference->pairs > 0) {
      const bool bounded = !std::isnan(difference->confidence.low);
      one.known = true;
      one.middle = difference->mean;
      one.low = bounded ? difference->confidence.low : difference->mean;
      one.high = bounded ? difference->confidence.high : difference->mean;
      one.value = card.higher_is_better || !std::isfinite(difference->ratio)
                      ? (difference->mean < 0 ? "−" : "+") +
                            card.difference_text(std::abs(difference->mean))
                      : fmt::format("{:.2f} of it", difference->ratio);
    }
    estimates.push_back(one);
  }
  // A metric in which no scenario differs, such as the bytes of equal messages, needs no picture.
  if (std::ranges::all_of(estimates, [](const svg_estimate& one) {
        return one.middle == 0 && one.low == 0 && one.high == 0;
      }))
    return {};
  const std::string better = card.higher_is_better ? "right is better" : "left is better";
  return figure_html(fmt::format("{} <small>difference from the baseline, {}</small>",
                                 escape_html(card.title), better),
                     draw(estimates, std::string{card.name}));
}

std::string intervals_section(const comparison& compared) {
  std::string body;
  for (const metric_card& card : metric_cards())
    if (has_metric(compared, card.which))
      body += intervals_of(compared, card);
  if (body.empty())
    return {};
  return section_html("Paired differences",
                      "Seed by seed against the baseline: mean and 95 % bootstrap interval.",
                      "<div class=\"pair\">" + body + "</div>\n");
}

using coordinate = double evaluation::*;

/// The value that held at x: of the last evaluation up to it.
double value_at(const std::vector<evaluation>& curve, coordinate across, coordinate up, double x) {
  double last = missing;
  for (const evaluation& point : curve) {
    if (point.*across > x)
      break;
    if (!std::isnan(point.*up))
      last = point.*up;
  }
  return last;
}

/// Mean over seeds with a band from the least to the greatest, as far as every run goes.
svg_series band_of(const comparison& compared, std::size_t p, coordinate across, coordinate up) {
  svg_series series{compared.asked->points[p].label, static_cast<index>(p)};
  double begin = 0, end = std::numeric_limits<double>::infinity();
  std::vector<const run_outcome*> runs;
  for (const run_outcome& run : compared.points[p].runs)
    if (run.finished && !run.curve.empty()) {
      runs.push_back(&run);
      begin = std::max(begin, run.curve.front().*across);
      end = std::min(end, run.curve.back().*across);
    }
  if (runs.empty() || !(end > begin))
    return series;
  for (index i = 0; i <= band_points; ++i) {
    const double x = std::lerp(begin, end,
                               static_cast<double>(i) / static_cast<double>(band_points));
    std::vector<double> values;
    for (const run_outcome* run : runs)
      if (const double y = value_at(run->curve, across, up, x); !std::isnan(y))
        values.push_back(y);
    if (values.empty())
      continue;
    const auto [least, most] = std::ranges::minmax(values);
    series.points.push_back({x, mean_of(values)});
    series.low.push_back({x, least});
    series.high.push_back({x, most});
  }
  return series;
}

std::string curve_of(const comparison& compared, coordinate across, coordinate up, svg_axis x,
                     svg_axis y, std::string_view caption) {
  svg_chart chart{std::move(x), std::move(y), {}};
  for (std::size_t p = 0; p < std::min(curves_shown_max, compared.points.size()); ++p)
    chart.series.push_back(band_of(compared, p, across, up));
  return figure_html(caption, draw(chart));
}

/// Of peers; nothing where there are none.
std::string merged_curves(const comparison& compared) {
  if (!has_metric(compared, metric::first_merged_accuracy))
    return {};
  const svg_axis accuracy{.title = "accuracy", .percent = true};
  return curve_of(compared, &evaluation::round, &evaluation::merged, {"round"}, accuracy,
                  "Accuracy after merging, against rounds") +
         curve_of(compared, &evaluation::bytes, &evaluation::merged, {"bytes between peers"},
                  accuracy, "Accuracy after merging, against bytes");
}

std::string curves_section(const comparison& compared) {
  const svg_axis accuracy{.title = "accuracy", .percent = true};
  const std::string body = merged_curves(compared) +
                           curve_of(compared, &evaluation::time_s, &evaluation::accuracy,
                                    {"seconds"}, accuracy, "Accuracy against time") +
                           curve_of(compared, &evaluation::round, &evaluation::accuracy, {"round"},
                                    accuracy, "Accuracy against rounds") +
                           curve_of(compared, &evaluation::bytes, &evaluation::accuracy,
                                    {"bytes up and down"}, accuracy, "Accuracy against bytes") +
                           curve_of(compared, &evaluation::time_s, &evaluation::loss, {"seconds"},
                                    {"loss"}, "Loss against time") +
                           curve_of(compared, &evaluation::round, &evaluation::loss, {"round"},
                                    {"loss"}, "Loss against rounds");
  if (body.empty())
    return {};
  std::vector<std::pair<std::string, index>> names;
  for (std::size_t p = 0; p < std::min(curves_shown_max, compared.points.size()); ++p)
    names.emplace_back(compared.asked->points[p].label, static_cast<index>(p));
  const std::string lead =
      compared.points.size() > curves_shown_max
          ? fmt::format(
                "Means over seeds, bands from least to greatest; the first {} of {} scenarios.",
                curves_shown_max, compared.points.size())
          : "Means over seeds, bands from least to greatest.";
  return section_html("Learning", lead,
                      legend_html(names) + "<div class=\"pair\">" + body + "</div>\n");
}

std::string horizon_text(const point_result& point) {
  if (std::isnan(point.horizon_s))
    return "nobody reached it";
  if (std::isinf(point.horizon_s))
    return "none: all reached it";
  return fmt::format("{} rounds, {}", number_text(point.horizon_rounds),
                     seconds_text(point.horizon_s));
}

std::string target_section(const comparison& compared) {
  if (!compared.asked->target)
    return {};
  const target_rule& rule = *compared.asked->target;
  html_table table{
      {"", "target, mean", "reached", "sooner", "later", "equal", "left open", "horizon"}, {}};
  for (std::size_t p = 0; p < compared.points.size(); ++p) {
    const point_result& point = compared.points[p];
    std::vector<double> targets;
    for (std::size_t s = 0; s < point.runs.size(); ++s)
      if (const double target = compared.target_of(p, s); !std::isnan(target))
        targets.push_back(target);
    std::vector<std::string> row{key(p, compared.asked->points[p].label),
                                 percent_text(mean_of(targets), 2),
                                 fmt::format("{} of {}", point.target.reached, point.target.runs)};
    const auto& difference = point.differences[slot(metric::time_to_target)];
    for (const auto count :
         {&pair_counts::sooner, &pair_counts::later, &pair_counts::equal, &pair_counts::unknown})
      row.push_back(difference ? fmt::format("{}", difference->counts.*count)
                               : std::string{no_value});
    row.push_back(horizon_text(point));
    table.rows.push_back(std::move(row));
  }
  return section_html("The target",
                      fmt::format("{} of the accuracy that {} ends with, seed by seed; accuracies "
                                  "are trailing means over {} "
                                  "evaluations. Runs that never reached it are censored, not "
                                  "dropped: times are compared as restricted means, min(time, "
                                  "horizon). The horizon is the shortest time after which a "
                                  "finished run with that baseline gave up or, where only failed "
                                  "runs never got there, the longest that was needed; failed runs "
                                  "stand at it. Sooner, later, equal: pairs of seeds against the "
                                  "baseline, by time, as far as censoring lets us know.",
                                  percent_text(rule.fraction, 0), escape_html(rule.accuracy_of),
                                  rule.smoothing),
                      table.html());
}

std::string tuned_text(const assignments& tuned) {
  std::vector<std::string> texts;
  for (const assignment& one : tuned)
    for (const std::string& setting : one.settings())
      texts.push_back(setting);
  return escape_html(fmt::format("{}", fmt::join(texts, ", ")));
}

std::string tuning_section(const comparison& compared) {
  if (compared.asked->tunings.empty())
    return {};
  html_table table{{"", "chosen"}, {}};
  for (const assignments& tuned : compared.asked->tunings)
    table.head.push_back(tuned_text(tuned));
  for (std::size_t p = 0; p < compared.points.size(); ++p) {
    if (!compared.points[p].tuning)
      continue;
    const point_tuning& tuning = *compared.points[p].tuning;
    table.rows.push_back(
        {key(p, compared.asked->points[p].label),
         tuned_text(compared.asked->tunings[tuning.chosen]) +
             (tuning.at_edge ? " <small class=\"bad\">at the edge of its range</small>" : "")});
    for (const tuning_score& score : tuning.scores)
      table.rows.back().push_back(
          fmt::format("{}{}{}", score.tuning == tuning.chosen ? "<b>" : "",
                      number_text(score.score, 4), score.tuning == tuning.chosen ? "</b>" : "") +
          (score.failed > 0 ? fmt::format(" <small class=\"bad\">{} failed</small>", score.failed)
                            : ""));
  }
  return section_html(
      "Tuning",
      fmt::format(
          "Every scenario was tuned over the same values with the same effort, on seeds {} that "
          "are not compared. Scores are mean final accuracies; without accuracies, minus the "
          "mean loss.",
          fmt::join(compared.asked->tune_seeds, ", ")),
      table.html(2));
}

std::string runs_section(const comparison& compared) {
  html_table table{{"", "seed", "status", "accuracy", "loss", "time", "to target"}, {}};
  for (std::size_t p = 0; p < compared.points.size(); ++p)
    for (const run_outcome& run : compared.points[p].runs) {
      const auto value = [&run](metric which) { return run.values[slot(which)]; };
      std::string reached{no_value};
      if (run.target_time)
        reached = run.target_time->reached ? seconds_text(run.target_time->time) : "never";
      table.rows.push_back(
          {key(p, compared.asked->points[p].label), fmt::format("{}", run.seed),
           run.finished ? "done"
                        : "<span class=\"bad\">failed: " + escape_html(run.failure) + "</span>",
           percent_text(value(metric::final_accuracy), 2),
           number_text(value(metric::final_loss), 4), seconds_text(value(metric::time_total)),
           reached});
    }
  return fmt::format("<details><summary>All {} runs</summary>{}</details>\n", table.rows.size(),
                     table.html(3));
}

std::string source_section(const comparison& compared) {
  const sweep& asked = *compared.asked;
  return section_html(
      "Where it comes from",
      "Intervals: bias-corrected and accelerated bootstrap of the mean (Efron 1987), 10 000 "
      "resamples from a fixed "
      "seed. With few seeds they are too narrow rather than too wide.",
      runs_section(compared) +
          fmt::format("<details><summary>The sweep, {}</summary><pre>{}</pre></details>\n",
                      escape_html(asked.file.string()), escape_html(asked.text)) +
          fmt::format(
              "<details><summary>The base scenario in full, {}</summary><pre>{}</pre></details>\n",
              escape_html(asked.base.string()), escape_html(compared.resolved_base)));
}

}  // namespace

std::string compare_page(const comparison& compared) {
  std::string body;
  for (const auto section : {header_html, table_section, facts_section, target_section,
                             intervals_section, curves_section, tuning_section, source_section})
    body += section(compared);
  body += "<footer>Written by echelon compare.</footer>\n";
  return page_html(compared.asked->file.stem().string() + " · Echelon", body);
}

}  // namespace echelon::experiments
