#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "experiments/compare/compare.hpp"
#include "experiments/compare/noted_facts.hpp"
#include "experiments/report/report_format.hpp"
#include "experiments/scenario/value_json.hpp"

namespace echelon::experiments {
namespace {

using json = nlohmann::ordered_json;

std::size_t slot(metric which) { return static_cast<std::size_t>(which); }

/// A CSV field; quoted where it holds what would split it.
std::string field(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos)
    return text;
  std::string quoted = "\"";
  for (const char letter : text)
    quoted += letter == '"' ? std::string{"\"\""} : std::string{letter};
  return quoted + '"';
}

/// An empty field for what is missing.
std::string field(double number) {
  return std::isnan(number) ? std::string{} : fmt::format("{}", number);
}

double horizon(const point_result& point, metric which) {
  return which == metric::rounds_to_target ? point.horizon_rounds
         : which == metric::time_to_target ? point.horizon_s
                                           : missing;
}

std::string csv_row(const comparison& compared, std::size_t p, const metric_card& card) {
  const grid_point& point = compared.asked->points[p];
  const point_result& found = compared.points[p];
  const metric_summary& summary = found.summaries[slot(card.which)];
  std::string row;
  for (const assignment& one : point.chosen)
    row += field(one.given.is_text() ? one.given.text() : one.given.toml()) + ",";
  row += fmt::format("{},{},{},{},", card.name, found.runs.size(), summary.count, found.failed);
  row += to_target(card.which) ? fmt::format("{},{},", found.target.runs - found.target.reached,
                                             field(horizon(found, card.which)))
                               : ",,";
  for (const double number : {summary.mean, summary.deviation, summary.least, summary.most,
                              summary.confidence.low, summary.confidence.high})
    row += field(number) + ",";
  const auto& difference = found.differences[slot(card.which)];
  if (!difference)
    return row + ",,,,,\n";
  return row + fmt::format("{},{},{},{},{},{}\n",
                           field(compared.asked->points[point.baseline].label), difference->pairs,
                           field(difference->mean), field(difference->confidence.low),
                           field(difference->confidence.high), field(difference->ratio));
}

/// A fact has no baseline and no censoring.
std::string fact_row(const comparison& compared, std::size_t p, const std::string& name) {
  const point_result& found = compared.points[p];
  const metric_summary summary = summarise_fact(found, name);
  std::string row;
  for (const assignment& one : compared.asked->points[p].chosen)
    row += field(one.given.is_text() ? one.given.text() : one.given.toml()) + ",";
  row += fmt::format("{},{},{},{},,,", field(name), found.runs.size(), summary.count, found.failed);
  for (const double number : {summary.mean, summary.deviation, summary.least, summary.most,
                              summary.confidence.low, summary.confidence.high})
    row += field(number) + ",";
  return row + ",,,,,\n";
}

/// "|" would end a cell.
std::string cell(const std::string& text) {
  std::string out;
  for (const char letter : text)
    out += letter == '|' ? std::string{"\\|"} : std::string{letter == '\n' ? ' ' : letter};
  return out;
}

std::string markdown_cell(const point_result& point, const metric_card& card) {
  const metric_summary& summary = point.summaries[slot(card.which)];
  if (summary.count == 0)
    return std::string{no_value};
  std::string out = card.text(summary.mean);
  if (!std::isnan(summary.deviation))
    out += " ± " + card.text(summary.deviation);
  if (to_target(card.which) && point.target.reached < point.target.runs)
    out += fmt::format(" ({} of {} reached it)", point.target.reached, point.target.runs);
  if (const auto& difference = point.differences[slot(card.which)])
    out += "; Δ " + difference_text(*difference, card);
  return cell(out);
}

json number(double value) { return std::isfinite(value) ? json(value) : json(nullptr); }

json metric_json(const point_result& point, const metric_card& card) {
  const metric_summary& summary = point.summaries[slot(card.which)];
  json out{{"count", summary.count},
           {"mean", number(summary.mean)},
           {"deviation", number(summary.deviation)},
           {"least", number(summary.least)},
           {"most", number(summary.most)},
           {"confidence", {number(summary.confidence.low), number(summary.confidence.high)}}};
  if (const auto& difference = point.differences[slot(card.which)]) {
    json& pairs = out["difference"] = {
        {"pairs", difference->pairs},
        {"mean", number(difference->mean)},
        {"ratio", number(difference->ratio)},
        {"confidence", {number(difference->confidence.low), number(difference->confidence.high)}}};
    if (to_target(card.which))
      pairs["known"] = {{"sooner", difference->counts.sooner},
                        {"later", difference->counts.later},
                        {"equal", difference->counts.equal},
                        {"unknown", difference->counts.unknown}};
  }
  return out;
}

json run_json(const run_outcome& run) {
  json out{{"seed", run.seed}, {"folder", run.folder.string()}, {"finished", run.finished}};
  if (!run.finished)
    out["failure"] = run.failure;
  for (const metric_card& card : metric_cards())
    if (!to_target(card.which))
      out[std::string{card.name}] = number(run.values[slot(card.which)]);
  if (!run.facts.empty())
    out["facts"] = run.facts;
  if (run.target_rounds) {
    out["reached_target"] = run.target_rounds->reached;
    out["rounds_to_target"] = run.target_rounds->reached ? number(run.target_rounds->time)
                                                         : json(nullptr);
    out["time_to_target_s"] = run.target_time->reached ? number(run.target_time->time)
                                                       : json(nullptr);
  }
  return out;
}

json settings_json(const assignments& chosen) {
  json out = json::object();
  for (const assignment& one : chosen)
    out[one.key] = to_json(one.given);
  return out;
}

json tuning_json(const comparison& compared, const point_tuning& tuning) {
  json scores = json::array();
  for (const tuning_score& score : tuning.scores)
    scores.push_back({{"settings", settings_json(compared.asked->tunings[score.tuning])},
                      {"score", number(score.score)},
                      {"failed", score.failed}});
  return {{"chosen", settings_json(compared.asked->tunings[tuning.chosen])},
          {"at_edge", tuning.at_edge},
          {"scores", std::move(scores)}};
}

json point_json(const comparison& compared, std::size_t p) {
  const grid_point& point = compared.asked->points[p];
  const point_result& found = compared.points[p];
  json out{{"label", point.label},
           {"settings", settings_json(point.chosen)},
           {"baseline", compared.asked->points[point.baseline].label},
           {"failed", found.failed}};
  if (compared.asked->target) {
    out["target"] = {{"reached", found.target.reached},
                     {"runs", found.target.runs},
                     {"horizon_rounds", number(found.horizon_rounds)},
                     {"horizon_s", number(found.horizon_s)},
                     {"accuracies", json::array()}};
    for (std::size_t s = 0; s < found.runs.size(); ++s)
      out["target"]["accuracies"].push_back(number(compared.target_of(p, s)));
  }
  for (const metric_card& card : metric_cards())
    if (has_metric(compared, card.which))
      out["metrics"][std::string{card.name}] = metric_json(found, card);
  if (found.tuning)
    out["tuning"] = tuning_json(compared, *found.tuning);
  out["runs"] = json::array();
  for (const run_outcome& run : found.runs)
    out["runs"].push_back(run_json(run));
  return out;
}

}  // namespace

std::string table_csv(const comparison& compared) {
  std::string out;
  for (const assignment& one : compared.asked->points.front().chosen)
    out += field(one.key) + ",";
  out += "metric,runs,values,failed,censored,horizon,mean,deviation,least,most,mean_low,mean_high,"
         "baseline,pairs,difference,difference_low,difference_high,ratio\n";
  for (std::size_t p = 0; p < compared.points.size(); ++p)
    for (const metric_card& card : metric_cards())
      if (has_metric(compared, card.which))
        out += csv_row(compared, p, card);
  for (const std::string& name : fact_names(compared))
    for (std::size_t p = 0; p < compared.points.size(); ++p)
      out += fact_row(compared, p, name);
  return out;
}

std::string table_markdown(const comparison& compared) {
  std::string head = "| |", rule = "|---|", rows;
  for (const metric_card& card : metric_cards())
    if (has_metric(compared, card.which)) {
      head += fmt::format(" {} |", card.title);
      rule += "---|";
    }
  for (std::size_t p = 0; p < compared.points.size(); ++p) {
    const point_result& point = compared.points[p];
    rows += fmt::format(
        "| {}{} |", cell(compared.asked->points[p].label),
        point.failed > 0 ? fmt::format(" ({} of {} runs failed)", point.failed, point.runs.size())
                         : "");
    for (const metric_card& card : metric_cards())
      if (has_metric(compared, card.which))
        rows += fmt::format(" {} |", markdown_cell(point, card));
    rows += "\n";
  }
  return head + "\n" + rule + "\n" + rows +
         fmt::format("\nMean ± deviation over {} seeds; Δ: mean paired difference from the "
                     "baseline with its 95 % "
                     "bootstrap interval (BCa, 10 000 resamples).\n",
                     compared.asked->seeds.size()) +
         facts_markdown(compared);
}

std::string compare_json(const comparison& compared) {
  json points = json::array();
  for (std::size_t p = 0; p < compared.points.size(); ++p)
    points.push_back(point_json(compared, p));
  json out{{"ok", true},
           {"sweep", compared.asked->file.string()},
           {"seeds", compared.asked->seeds},
           {"tune_seeds", compared.asked->tune_seeds}};
  if (compared.asked->target)
    out["target"] = {{"accuracy_of", compared.asked->target->accuracy_of},
                     {"fraction", compared.asked->target->fraction},
                     {"smoothing", compared.asked->target->smoothing}};
  out["points"] = std::move(points);
  return json_text(out, 2);
}

}  // namespace echelon::experiments
