#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "experiments/compare/statistics.hpp"
#include "experiments/report/probe_curves.hpp"
#include "experiments/report/report_format.hpp"

namespace echelon::experiments {
namespace {

using column = std::vector<double> round_columns::*;

shown_runs those_among_peers(const shown_runs& runs) {
  shown_runs found;
  std::ranges::copy_if(runs, std::back_inserter(found), among_peers);
  return found;
}

/// The first and the last of what is known.
std::pair<double, double> ends_of(const std::vector<double>& values) {
  std::pair<double, double> ends{missing, missing};
  for (const double value : values)
    if (!std::isnan(value))
      ends = {std::isnan(ends.first) ? value : ends.first, value};
  return ends;
}

std::vector<double> noted(const run_record& run, const std::string& name) {
  std::vector<double> values;
  for (const svg_point& point : probed(run, name))
    values.push_back(point.y);
  return values;
}

std::string summary_table(const shown_runs& runs) {
  html_table table{{"run", "graph", "first round: merged", "trained", "last round: merged",
                    "trained", "least peer", "most", "bytes between peers", "disagreement"},
                   {}};
  for (const shown_run& run : runs) {
    const run_record& record = *run.record;
    const auto merged = ends_of(record.columns.merged), trained = ends_of(record.columns.accuracy);
    table.rows.push_back(
        {key_html(run), escape_html(record.facts.graph), percent_text(merged.first),
         percent_text(trained.first), percent_text(merged.second), percent_text(trained.second),
         percent_text(ends_of(noted(record, "accuracy_least")).second),
         percent_text(ends_of(noted(record, "accuracy_most")).second), bytes_text(record.bytes_up),
         number_text(ends_of(noted(record, "disagreement")).second)});
  }
  return table.html(2);
}

/// What a merge notes, and how the report calls it.
struct merge_note {
  const char *name, *title;
};

constexpr std::array merge_notes{
    merge_note{"matched_likeness", "likeness of matched units"},
    merge_note{"kept_share", "units that kept their number"},
    merge_note{"dead_units", "dead units"},
    merge_note{"assignment_gap", "assignment gap"},
    merge_note{"distance_before_alignment", "distance before"},
    merge_note{"distance_after_alignment", "after alignment"},
    merge_note{"calibration_loss", "calibration loss"},
    merge_note{"contraction", "contraction"},
};

/// First and last of each note that any run has; nothing where none matched units.
std::string merges_table(const shown_runs& runs) {
  html_table table{{"run"}, {}};
  shown_runs matching;
  std::ranges::copy_if(runs, std::back_inserter(matching), [](const shown_run& run) {
    return !noted(*run.record, "matched_likeness").empty();
  });
  for (const shown_run& run : matching)
    table.rows.push_back({key_html(run)});
  for (const merge_note& note : merge_notes) {
    if (std::ranges::all_of(
            matching, [&](const shown_run& run) { return noted(*run.record, note.name).empty(); }))
      continue;
    table.head.emplace_back(note.title);
    for (std::size_t i = 0; i < matching.size(); ++i) {
      const auto ends = ends_of(noted(*matching[i].record, note.name));
      table.rows[i].push_back(std::isnan(ends.first)
                                  ? std::string{no_value}
                                  : number_text(ends.first) + " → " + number_text(ends.second));
    }
  }
  if (table.rows.empty())
    return {};
  return "<h3>Merge report</h3><p class=\"note\">First merge → last, means over peers: correlation "
         "of units with those they were matched to; the gap to a proven optimum of the "
         "assignments; root mean square distance of parameters from the reference, before and "
         "after units were put in order.</p>\n" +
         table.html();
}

/// One line for each time that a graph was repaired.
std::string repairs_list(const shown_runs& runs) {
  std::string items;
  for (const shown_run& run : runs)
    for (const auto& [round, change] : run.record->graph_changes)
      items += fmt::format("<li>{}, round {}: {}</li>\n", key_html(run), round,
                           escape_html(change));
  if (items.empty())
    return {};
  return "<h3>Repairs of the graph</h3><p class=\"note\">Links that were added because peers had "
         "gone, or links carried nothing.</p>\n<ul>" +
         items + "</ul>\n";
}

/// The mean disagreement so far, beside its bound.
std::string disagreement_picture(const shown_runs& runs) {
  line_set lines{runs.size() > 1};
  for (const shown_run& run : runs) {
    lines.add(run, "measured", means_so_far(probed(*run.record, "disagreement")));
    lines.add(run, "bound", probed(*run.record, "bound_disagreement"));
  }
  return lines.picture("Mean disagreement so far <small>over the probes, beside its bound</small>",
                       "mean square distance");
}

/// What probes say of the mean of all models, beside the convergence bound.
std::string bounds_html(const shown_runs& all) {
  shown_runs runs;
  std::ranges::copy_if(all, std::back_inserter(runs), [](const shown_run& run) {
    return !probed(*run.record, "gradient_square").empty();
  });
  if (runs.empty())
    return {};
  html_table table{{"run", "|gradient|² measured", "bound", "disagreement measured", "bound",
                    "noise", "divergence", "smoothness"},
                   {}};
  for (const shown_run& run : runs) {
    const run_record& record = *run.record;
    const double apart = ends_of(noted(record, "bound_disagreement")).second;
    table.rows.push_back({key_html(run), probed_mean(record, "gradient_square"),
                          bound_text(record, "merging"), probed_mean(record, "disagreement"),
                          number_text(apart), probed_mean(record, "noise"),
                          probed_mean(record, "divergence"), probed_mean(record, "smoothness")});
  }
  const std::vector<std::string> bounds{"bound_merging"};
  return "<h3>Convergence bound</h3><p class=\"note\">At the mean of all models; measured are "
         "means "
         "over the probes, bounds those of the whole run so far (a reconstruction), with constants "
         "that are estimated by the probes, the start's or the newest, whichever are worse. There "
         "is "
         "none above the rate up to which it was proved, nor once a round missed a link.</p>\n" +
         table.html() + "<div class=\"pair\">" + bound_picture(runs, bounds) +
         disagreement_picture(runs) + "</div>\n";
}

/// Columns over rounds or bytes; against bytes logarithmic where rules send very different amounts.
std::string columns_picture(const shown_runs& runs, column across, column up, svg_axis x,
                            std::string_view caption) {
  svg_chart chart{std::move(x), {.title = "accuracy", .percent = true}, {}};
  for (const shown_run& run : runs) {
    svg_series& line = chart.series.emplace_back(svg_series{run.label, run.colour});
    const auto &xs = run.record->columns.*across, &ys = run.record->columns.*up;
    for (std::size_t i = 0; i < xs.size(); ++i)
      line.points.push_back({xs[i], ys[i]});
  }
  return figure_html(caption, draw(chart));
}

svg_axis bytes_axis(const shown_runs& runs) {
  constexpr double wide_ratio = 30;
  double least = missing, most = missing;
  for (const shown_run& run : runs)
    for (const double bytes : run.record->columns.bytes) {
      least = std::fmin(least, bytes);
      most = std::fmax(most, bytes);
    }
  return {"bytes between peers", least > 0 && most > wide_ratio * least
                                     ? svg_scale::kind::logarithmic
                                     : svg_scale::kind::linear};
}

std::string spread_picture(const shown_runs& runs) {
  svg_chart chart{{"round"}, {.title = "accuracy", .percent = true}, {}};
  for (const shown_run& run : runs) {
    svg_series& line = chart.series.emplace_back(svg_series{run.label, run.colour});
    const round_columns& columns = run.record->columns;
    for (std::size_t i = 0; i < columns.round.size(); ++i)
      if (!std::isnan(columns.accuracy[i]))
        line.points.push_back({columns.round[i], columns.accuracy[i]});
    line.low = probed(*run.record, "accuracy_least");
    line.high = probed(*run.record, "accuracy_most");
    if (line.low.size() != line.points.size() || line.high.size() != line.points.size())
      line.low = line.high = {};
  }
  return figure_html("After training <small>mean over peers, from the least to the most</small>",
                     draw(chart));
}

std::string notes_picture(const shown_runs& runs, const std::string& name, std::string_view title,
                          std::string_view caption) {
  svg_chart chart{{"round"}, {std::string{title}}, {}};
  double least = missing;
  for (const shown_run& run : runs) {
    chart.series.push_back({run.label, run.colour, probed(*run.record, name)});
    for (const svg_point& point : chart.series.back().points)
      least = std::fmin(least, point.y);
  }
  if (least > 0)
    chart.y.shape = svg_scale::kind::logarithmic;
  return figure_html(caption, draw(chart));
}

std::string legend_of(const shown_runs& runs) {
  std::vector<std::pair<std::string, index>> names;
  for (const shown_run& run : runs)
    names.emplace_back(run.label, run.colour);
  return runs.size() < 2 ? std::string{} : legend_html(names);
}

}  // namespace

std::string peers_html(const shown_runs& all) {
  const shown_runs runs = those_among_peers(all);
  if (runs.empty())
    return {};
  const std::string
      pictures = columns_picture(runs, &round_columns::round, &round_columns::merged, {"round"},
                                 "After merging <small>mean over peers</small>") +
                 columns_picture(runs, &round_columns::bytes, &round_columns::merged,
                                 bytes_axis(runs), "After merging, against bytes") +
                 spread_picture(runs) +
                 notes_picture(
                     runs, "disagreement", "mean square distance",
                     "Disagreement <small>of peers from their mean, at the end of a round</small>");
  return section_html(
      "Peers",
      "Accuracies of peers' models on the whole test set, each merged and then trained on its own "
      "data. Rules that mix at every step have no merge of their own: the end of a round stands "
      "in. Disagreement counts units by number, so that it overstates how different models are "
      "whose units are in different orders.",
      summary_table(runs) + legend_of(runs) + "<div class=\"pair\">" + pictures + "</div>\n" +
          merges_table(runs) + bounds_html(runs) + repairs_list(runs));
}

}  // namespace echelon::experiments
