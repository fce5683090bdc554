#include "experiments/report/probe_curves.hpp"

#include <cmath>

#include <fmt/format.h>

#include "experiments/compare/statistics.hpp"
#include "experiments/report/report_format.hpp"

namespace echelon::experiments {
namespace {

constexpr double steep_ratio = 30;

/// Words for what metrics.jsonl names with underscores.
std::string words_of(std::string name) {
  for (char& letter : name)
    letter = letter == '_' ? ' ' : letter;
  return name;
}

}  // namespace

void line_set::add(const shown_run& run, const std::string& what, std::vector<svg_point> points) {
  if (points.size() < 2)
    return;
  lines_.push_back(
      {several_runs_ ? run.label + ": " + what : what, std::ssize(lines_), std::move(points)});
}

std::string line_set::picture(std::string_view caption, std::string_view up) const {
  if (lines_.empty())
    return {};
  std::vector<std::pair<std::string, index>> names;
  double least = missing, most = missing;
  for (const svg_series& line : lines_) {
    names.emplace_back(line.name, line.colour);
    for (const svg_point& point : line.points) {
      least = std::fmin(least, point.y);
      most = std::fmax(most, point.y);
    }
  }
  const auto shape = least > 0 && most > steep_ratio * least ? svg_scale::kind::logarithmic
                                                             : svg_scale::kind::linear;
  return figure_html(caption,
                     legend_html(names) + draw({{"round"}, {std::string{up}, shape}, lines_}));
}

std::vector<svg_point> probed(const run_record& run, const std::string& name) {
  std::vector<svg_point> points;
  for (const probe_line& probe : run.probes)
    if (const auto found = probe.facts.find(name); found != probe.facts.end())
      points.push_back({probe.round, found->second});
  return points;
}

std::vector<svg_point> means_so_far(std::vector<svg_point> points) {
  double sum = 0, count = 0;
  for (svg_point& point : points) {
    sum += point.y;
    point.y = sum / ++count;
  }
  return points;
}

std::string probe_picture(const shown_runs& runs, std::span<const std::string> names,
                          std::string_view caption) {
  line_set lines{runs.size() > 1};
  for (const shown_run& run : runs)
    for (const std::string& name : names)
      lines.add(run, words_of(name), probed(*run.record, name));
  return lines.picture(caption, "square of a gradient's length");
}

std::string bound_picture(const shown_runs& runs, std::span<const std::string> bounds) {
  line_set lines{runs.size() > 1};
  for (const shown_run& run : runs) {
    lines.add(run, "measured", means_so_far(probed(*run.record, "gradient_square")));
    for (const std::string& bound : bounds)
      lines.add(run, words_of(bound), probed(*run.record, bound));
  }
  return lines.picture("Mean of |gradient|² so far <small>over the probes, beside its bounds, "
                       "whose constants are estimates</small>",
                       "|gradient|²");
}

std::string bound_text(const run_record& run, const std::string& name) {
  const auto bounds = probed(run, "bound_" + name), rates = probed(run, "rate_max_" + name);
  if (!bounds.empty())
    return number_text(bounds.back().y);
  return rates.empty() ? std::string{no_value}
                       : fmt::format("none: rate above {}", number_text(rates.back().y, 2));
}

std::string probed_mean(const run_record& run, const std::string& name) {
  const auto means = means_so_far(probed(run, name));
  return means.empty() ? std::string{no_value} : number_text(means.back().y);
}

}  // namespace echelon::experiments
