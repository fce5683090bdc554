#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "experiments/report/probe_curves.hpp"
#include "experiments/report/report_format.hpp"

namespace echelon::experiments {
namespace {

const std::array<std::string, 1> bounds{"bound_averaging"};

shown_runs those_that_average(const shown_runs& runs) {
  shown_runs found;
  std::ranges::copy_if(runs, std::back_inserter(found),
                       [](const shown_run& run) { return !run.record->facts.periods.empty(); });
  return found;
}

/// Models that nodes of a tier sent up, over the links that the coordinator's process saw.
double models_up(const run_record& run, std::string_view tier) {
  double messages = 0;
  for (const link_total& link : run.links)
    if (link.from.starts_with(tier) && (link.to.starts_with("edge") || link.to == "coordinator"))
      messages += link.messages;
  return messages;
}

std::string tiers_table(const shown_runs& runs) {
  html_table table{{"run", "periods, root first", "global rounds", "messages up from workers",
                    "from edges", "upward divergence", "downward", "|gradient|²", "bound (H-M)"},
                   {}};
  for (const shown_run& run : runs) {
    const run_record& record = *run.record;
    const double from_edges = models_up(record, "edge");
    table.rows.push_back(
        {key_html(run), escape_html(record.facts.periods),
         count_text(static_cast<double>(record.rounds)), count_text(models_up(record, "worker")),
         from_edges > 0 ? count_text(from_edges) : std::string{no_value},
         probed_mean(record, "upward_divergence"), probed_mean(record, "downward_divergence"),
         probed_mean(record, "gradient_square"), bound_text(record, "averaging")});
  }
  return table.html(2);
}

/// All levels that any run has.
std::vector<std::string> level_names(const shown_runs& runs) {
  std::vector<std::string> names;
  for (index level = 1;; ++level) {
    const std::string name = fmt::format("divergence_level_{}", level);
    if (std::ranges::none_of(
            runs, [&](const shown_run& run) { return !probed(*run.record, name).empty(); }))
      return names;
    names.push_back(name);
  }
}

}  // namespace

std::string averaging_html(const shown_runs& all) {
  const shown_runs runs = those_that_average(all);
  if (runs.empty())
    return {};
  return section_html(
      "Hierarchy",
      "How often each level averages models, and how far its gradients are apart: level 1 is the "
      "groups against the whole (upward), the others are below them (downward). Divergences and "
      "|gradient|² are means over the probes, each unbiased and so now and then below zero. (H-M) "
      "bounds the mean of |gradient|² over all steps; it is a reconstruction, since the paper's "
      "constants could not be read, and its own constants are estimates.",
      tiers_table(runs) + "<div class=\"pair\">" +
          probe_picture(runs, level_names(runs), "Divergence by level <small>estimated</small>") +
          bound_picture(runs, bounds) + "</div>\n");
}

}  // namespace echelon::experiments
