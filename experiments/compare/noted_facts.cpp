#include "experiments/compare/noted_facts.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "experiments/report/report_format.hpp"

namespace echelon::experiments {
namespace {

constexpr int digits = 4;

/// As Markdown and as a page show them, cell by cell.
std::vector<std::vector<std::string>> rows_of(const comparison& compared,
                                              const std::vector<std::string>& names) {
  std::vector<std::vector<std::string>> rows;
  for (std::size_t p = 0; p < compared.points.size(); ++p) {
    rows.push_back({compared.asked->points[p].label});
    for (const std::string& name : names)
      rows.back().push_back(fact_text(summarise_fact(compared.points[p], name)));
  }
  return rows;
}

}  // namespace

std::vector<std::string> fact_names(const comparison& compared) {
  std::set<std::string> names;
  for (const point_result& point : compared.points)
    for (const run_outcome& run : point.runs)
      for (const auto& [name, value] : run.facts)
        names.insert(name);
  return {names.begin(), names.end()};
}

metric_summary summarise_fact(const point_result& point, const std::string& name) {
  std::vector<double> values;
  for (const run_outcome& run : point.runs)
    if (const auto found = run.facts.find(name); found != run.facts.end())
      values.push_back(found->second);
  return summarise(values);
}

std::string fact_text(const metric_summary& summary) {
  if (summary.count == 0)
    return {};
  std::string text = number_text(summary.mean, digits);
  if (!std::isnan(summary.deviation))
    text += " ± " + number_text(summary.deviation, digits);
  return text;
}

std::string facts_markdown(const comparison& compared) {
  const std::vector<std::string> names = fact_names(compared);
  if (names.empty())
    return {};
  std::string text = "\n| |";
  for (const std::string& name : names)
    text += fmt::format(" {} |", name);
  text += "\n|---|";
  for (std::size_t i = 0; i < names.size(); ++i)
    text += "---|";
  for (const auto& row : rows_of(compared, names)) {
    text += "\n|";
    for (std::string one : row) {
      std::ranges::replace(one, '|', '/');  // it would end the cell
      text += fmt::format(" {} |", one);
    }
  }
  return text + "\n";
}

std::string facts_section(const comparison& compared) {
  const std::vector<std::string> names = fact_names(compared);
  if (names.empty())
    return {};
  html_table table{{""}, {}};
  for (const std::string& name : names)
    table.head.push_back(escape_html(name));
  for (auto& row : rows_of(compared, names)) {
    std::ranges::transform(row, row.begin(),
                           [](const std::string& one) { return escape_html(one); });
    table.rows.push_back(std::move(row));
  }
  return section_html("What policies noted",
                      "Means over a run's rounds, or of the run as a whole; mean ± deviation over "
                      "seeds.",
                      table.html());
}

}  // namespace echelon::experiments
