#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "experiments/compare/statistics.hpp"
#include "experiments/report/probe_curves.hpp"
#include "experiments/report/report_format.hpp"
#include "experiments/report/svg_bars.hpp"

namespace echelon::experiments {
namespace {

constexpr std::size_t senders_shown_max = 20;
const std::array<std::string, 3> bounds{"bound_refined", "bound_published", "bound_absolute"};

shown_runs those_that_compress(const shown_runs& runs) {
  shown_runs found;
  std::ranges::copy_if(runs, std::back_inserter(found), [](const shown_run& run) {
    return run.record->facts.compression != "none";
  });
  return found;
}

double noted_mean(const run_record& run, const std::string& name) {
  const auto found = run.noted.find(name);
  return found == run.noted.end() ? missing : found->second.mean();
}

/// Rounds in which nothing was left out count, those that failed do not.
double error_mean(const run_record& run) {
  std::vector<double> known;
  std::ranges::copy_if(run.columns.compression_error, std::back_inserter(known),
                       [](double error) { return std::isfinite(error); });
  return mean_of(known);
}

std::string budgets_table(const shown_runs& runs) {
  html_table table{{"run", "compressor", "shared out by", "sent a round", "allowed a round",
                    "of it used", "payload up a round", "left out, mean"},
                   {}};
  for (const shown_run& run : runs) {
    const run_record& record = *run.record;
    const double rounds = std::max<double>(1, static_cast<double>(record.rounds));
    const double spent = noted_mean(record, "compression_spent");
    const double budget = noted_mean(record, "compression_budget");
    table.rows.push_back(
        {key_html(run), escape_html(record.facts.compression), escape_html(record.facts.ratios),
         number_text(spent, 5), number_text(budget, 5), percent_text(spent / budget, 2),
         bytes_text(record.payload_bits_up / 8 / rounds), percent_text(error_mean(record))});
  }
  return table.html(3);
}

std::string bounds_table(const shown_runs& runs) {
  html_table table{{"run", "probes", "mean |gradient|²", "refined", "published", "absolute"}, {}};
  for (const shown_run& run : runs)
    if (!run.record->probes.empty())
      table.rows.push_back(
          {key_html(run), count_text(static_cast<double>(run.record->probes.size())),
           probed_mean(*run.record, "gradient_square"), bound_text(*run.record, "refined"),
           bound_text(*run.record, "published"), bound_text(*run.record, "absolute")});
  return table.rows.empty() ? std::string{} : table.html();
}

std::string senders_picture(const shown_run& run, bool several) {
  const run_record& record = *run.record;
  const auto& sent = record.sender_coordinates;
  double total = 0;
  for (const double one : sent)
    total += one;
  std::vector<svg_bar> bars;
  for (std::size_t i = 0; i < std::min(sent.size(), senders_shown_max); ++i)
    bars.push_back(
        {i < record.sender_names.size() ? record.sender_names[i] : fmt::format("sender {}", i),
         {{sent[i], fmt::format("c{}", run.colour % svg_colours)}},
         percent_text(sent[i] / total)});
  const std::string whose = several ? ", " + escape_html(run.label) : std::string{};
  const std::string rest = sent.size() > bars.size()
                               ? fmt::format("; the first {} of {}", bars.size(), sent.size())
                               : std::string{};
  return figure_html("Values sent" + whose + " <small>share of all of the run" + rest + "</small>",
                     draw(bars));
}

std::string errors_picture(const shown_runs& runs) {
  svg_chart chart{{"round"}, {.title = "left out", .percent = true}, {}};
  for (const shown_run& run : runs) {
    svg_series line{run.label, run.colour};
    const round_columns& columns = run.record->columns;
    for (std::size_t i = 0; i < columns.round.size(); ++i)
      line.points.push_back({columns.round[i], columns.compression_error[i]});
    chart.series.push_back(std::move(line));
  }
  return figure_html("Left out by messages <small>length of what was, over that of what was to be "
                     "sent</small>",
                     draw(chart));
}

}  // namespace

std::string compression_html(const shown_runs& all) {
  const shown_runs runs = those_that_compress(all);
  if (runs.empty())
    return {};
  std::string pictures = errors_picture(runs);
  for (const shown_run& run : runs)
    pictures += senders_picture(run, runs.size() > 1);
  return section_html(
      "Compression",
      "Messages into the coordinator; what is sent and allowed is counted in the budget's unit, "
      "over all senders. Bounds are on the mean of |gradient|² over the rounds: the published one "
      "is DAGC's lemmas, summed; the refined one, and the constants of the absolute one, are "
      "reconstructions. Their constants are estimated by probes, the gap by the first loss.",
      budgets_table(runs) + bounds_table(runs) + "<div class=\"pair\">" + pictures +
          bound_picture(runs, bounds) + "</div>\n");
}

}  // namespace echelon::experiments
