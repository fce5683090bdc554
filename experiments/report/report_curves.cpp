#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "experiments/compare/statistics.hpp"
#include "experiments/report/report_format.hpp"
#include "experiments/report/report_sections.hpp"

namespace echelon::experiments {
namespace {

using column = std::vector<double> round_columns::*;

std::string clock_title(const shown_runs& runs) {
  const bool wall = std::ranges::all_of(
      runs, [](const shown_run& run) { return run.record->clock == "wall"; });
  return wall ? "seconds" : "virtual seconds";
}

svg_series series_of(const shown_run& run, column x, column y) {
  svg_series series{run.label, run.colour};
  const auto& xs = run.record->columns.*x;
  const auto& ys = run.record->columns.*y;
  for (std::size_t i = 0; i < xs.size(); ++i)
    series.points.push_back({xs[i], ys[i]});
  return series;
}

bool has_values(const shown_runs& runs, column y) {
  return std::ranges::any_of(runs, [y](const shown_run& run) {
    return std::ranges::any_of(run.record->columns.*y,
                               [](double value) { return !std::isnan(value); });
  });
}

std::string curve(const shown_runs& runs, column x, column y, svg_axis across, svg_axis up,
                  std::string_view caption) {
  svg_chart chart{std::move(across), std::move(up), {}};
  for (const shown_run& run : runs)
    chart.series.push_back(series_of(run, x, y));
  const auto target = runs.front().record->facts.target_accuracy;
  if (target && y == &round_columns::accuracy)
    chart.rules.push_back({*target, "target"});
  return figure_html(caption, draw(chart));
}

std::string legend_of(const shown_runs& runs) {
  if (runs.size() < 2)
    return {};
  std::vector<std::pair<std::string, index>> names;
  for (const shown_run& run : runs)
    names.emplace_back(run.label, run.colour);
  return legend_html(names);
}

/// Losses that fall by more than this are easier to read on a logarithmic axis.
constexpr double steep_ratio = 30;

svg_scale::kind loss_shape(const shown_runs& runs, column y) {
  double least = missing, most = missing;
  for (const shown_run& run : runs)
    for (const double loss : run.record->columns.*y) {
      least = std::fmin(least, loss);
      most = std::fmax(most, loss);
    }
  return least > 0 && most > steep_ratio * least ? svg_scale::kind::logarithmic
                                                 : svg_scale::kind::linear;
}

svg_series distribution_of(const shown_run& run) {
  svg_series series{run.label, run.colour};
  series.step = true;
  std::vector<double> sorted = run.record->columns.round_s;
  std::ranges::sort(sorted);
  const auto count = static_cast<double>(sorted.size());
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    // Of equal times only the last is drawn: it carries the whole jump.
    if (i == 0)
      series.points.push_back({sorted[i], 0});
    if (i + 1 == sorted.size() || sorted[i + 1] > sorted[i])
      series.points.push_back({sorted[i], static_cast<double>(i + 1) / count});
  }
  return series;
}

bool heavy_tailed(const shown_runs& runs) {
  std::vector<double> all;
  for (const shown_run& run : runs)
    all.insert(all.end(), run.record->columns.round_s.begin(), run.record->columns.round_s.end());
  const double least = quantile_of(all, 0.01);
  return least > 0 && quantile_of(all, 1) > 12 * least;
}

std::string times_table(const shown_runs& runs) {
  html_table table{{"run", "rounds", "mean", "deviation", "median", "p95", "p99", "longest"}, {}};
  for (const shown_run& run : runs) {
    const auto& times = run.record->columns.round_s;
    std::vector<double> sorted = times;
    std::ranges::sort(sorted);
    table.rows.push_back({key_html(run), count_text(static_cast<double>(times.size())),
                          seconds_text(mean_of(times)), seconds_text(deviation_of(times)),
                          seconds_text(quantile_of_sorted(sorted, 0.5)),
                          seconds_text(quantile_of_sorted(sorted, 0.95)),
                          seconds_text(quantile_of_sorted(sorted, 0.99)),
                          seconds_text(quantile_of_sorted(sorted, 1))});
  }
  return table.html();
}

}  // namespace

std::string curves_html(const shown_runs& runs) {
  const bool tested = has_values(runs, &round_columns::loss);
  const column loss = tested ? &round_columns::loss : &round_columns::train_loss;
  const std::string loss_title = tested ? "Test loss" : "Training loss";
  const svg_axis rounds{"round"};
  const svg_axis time{clock_title(runs)};
  const svg_axis losses{loss_title, loss_shape(runs, loss)};
  const svg_axis accuracies{.title = "accuracy", .percent = true};
  const column accuracy = &round_columns::accuracy;
  const auto against_time = [&](column y, const svg_axis& up, const std::string& what) {
    return time_passed(runs)
               ? curve(runs, &round_columns::time_s, y, time, up, what + " against time")
               : std::string{};
  };
  const std::string body = against_time(accuracy, accuracies, "Accuracy") +
                           curve(runs, &round_columns::round, accuracy, rounds, accuracies,
                                 "Accuracy against rounds") +
                           against_time(loss, losses, loss_title) +
                           curve(runs, &round_columns::round, loss, rounds, losses,
                                 loss_title + " against rounds");
  if (body.empty())
    return {};
  return section_html("Learning", {}, legend_of(runs) + "<div class=\"pair\">" + body + "</div>\n");
}

std::string times_html(const shown_runs& runs) {
  if (!time_passed(runs))
    return {};
  svg_chart chart{
      {"round time, " + clock_title(runs)}, {.title = "share of rounds", .percent = true}, {}};
  if (heavy_tailed(runs))
    chart.x.shape = svg_scale::kind::logarithmic;
  chart.y.least = 0;
  chart.y.most = 1;
  for (const shown_run& run : runs)
    chart.series.push_back(distribution_of(run));
  const std::string
      caption = chart.x.shape == svg_scale::kind::logarithmic
                    ? "Share of rounds that ended within a time <small>logarithmic time</small>"
                    : "Share of rounds that ended within a time";
  svg_chart course{{"round"}, {"round time, " + clock_title(runs), chart.x.shape}, {}};
  for (const shown_run& run : runs)
    course.series.push_back(series_of(run, &round_columns::round, &round_columns::round_s));
  const std::string body = figure_html(caption, draw(chart)) +
                           figure_html("Round times as they came", draw(course));
  if (body.empty())
    return {};
  return section_html("Round times", {},
                      legend_of(runs) + "<div class=\"pair\">" + body + "</div>\n" +
                          times_table(runs));
}

}  // namespace echelon::experiments
