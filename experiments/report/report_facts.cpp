#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "experiments/compare/statistics.hpp"
#include "experiments/report/report_format.hpp"
#include "experiments/report/report_sections.hpp"

namespace echelon::experiments {
namespace {

std::string card(const std::string& figure, std::string_view caption) {
  return fmt::format("<div class=\"card\"><b>{}</b><span>{}</span></div>\n", figure, caption);
}

/// "exact", "3 approximate", "1 failed" as the rounds were.
std::string worth_text(const run_record& run) {
  if (run.approximate_rounds == 0 && run.failed_rounds == 0)
    return fmt::format("all {} exact", count_text(static_cast<double>(run.exact_rounds)));
  std::string out = fmt::format("{} exact", count_text(static_cast<double>(run.exact_rounds)));
  if (run.approximate_rounds > 0)
    out += fmt::format(", {} approximate", count_text(static_cast<double>(run.approximate_rounds)));
  if (run.failed_rounds > 0)
    out += fmt::format(", {} failed", count_text(static_cast<double>(run.failed_rounds)));
  return out;
}

std::string accuracy_text(const run_record& run) {
  return run.final_accuracy ? percent_text(*run.final_accuracy, 2) : std::string{no_value};
}

std::string cards_html(const run_record& run) {
  std::string out = "<div class=\"cards\">\n";
  const bool peers = !run.facts.graph.empty();
  out += card(escape_html(run.facts.policy), peers ? "merge rule" : "gradient code");
  out += card(accuracy_text(run), "final accuracy");
  out += card(optional_text(run.final_loss, [](double loss) { return number_text(loss, 4); }),
              "final loss");
  out += card(count_text(static_cast<double>(run.rounds)), "rounds");
  if (run.time_s > 0) {
    out += card(seconds_text(run.time_s), run.clock == "wall" ? "wall time" : "virtual time");
    out += card(seconds_text(quantile_of(run.columns.round_s, 0.5)), "median round");
  }
  out += card(count_text(static_cast<double>(run.stragglers.workers())),
              peers ? "peers" : "workers");
  out += card(worth_text(run), "rounds by worth");
  return out + "</div>\n";
}

std::string facts_table(const shown_runs& runs) {
  html_table table{{"run", all_among_peers(runs) ? "merge rule" : "code",
                    all_among_peers(runs) ? "peers" : "workers", "rounds", "time", "median round",
                    "final loss", "accuracy", "to target", "rounds by worth"},
                   {}};
  for (const shown_run& run : runs) {
    const run_record& record = *run.record;
    table.rows.push_back(
        {key_html(run), escape_html(record.facts.policy),
         count_text(static_cast<double>(record.stragglers.workers())),
         count_text(static_cast<double>(record.rounds)), seconds_text(record.time_s),
         seconds_text(quantile_of(record.columns.round_s, 0.5)),
         optional_text(record.final_loss, [](double loss) { return number_text(loss, 4); }),
         accuracy_text(record), optional_text(record.time_to_target_s, seconds_text),
         worth_text(record)});
  }
  return table.html(2);
}

std::string banners(const shown_runs& runs) {
  std::string out;
  for (const shown_run& run : runs) {
    if (run.record->status == "done")
      continue;
    const bool failed = run.record->status == "failed";
    out += fmt::format(
        "<div class=\"banner{}\"><b>{}</b>: this run {} after {} rounds{}. What follows covers "
        "the rounds up to there.</div>\n",
        failed ? " bad" : "", escape_html(run.label), failed ? "failed" : "was interrupted",
        run.record->rounds,
        run.record->reason.empty() ? "" : ": " + escape_html(run.record->reason));
  }
  return out;
}

std::string subtitle(const run_record& run) {
  std::string out = fmt::format("{} on {}, {} world, {} delays, seed {}",
                                run.facts.model.empty() ? "a model" : run.facts.model,
                                run.facts.data.empty() ? "a dataset" : run.facts.data,
                                run.facts.world,
                                run.facts.delays == "none" ? "no" : run.facts.delays, run.seed);
  return escape_html(out);
}

std::string amplification_text(const run_record& run) {
  std::vector<double> known;
  std::ranges::copy_if(run.columns.amplification, std::back_inserter(known),
                       [](double amplification) { return std::isfinite(amplification); });
  if (known.empty())
    return std::string{no_value};
  std::ranges::sort(known);
  return fmt::format("{} / {} / {}", number_text(quantile_of_sorted(known, 0.5)),
                     number_text(quantile_of_sorted(known, 0.95)), number_text(known.back()));
}

double absent_mean(const run_record& run) { return mean_of(run.columns.absent); }

double compression_error_mean(const run_record& run) {
  std::vector<double> known;
  std::ranges::copy_if(run.columns.compression_error, std::back_inserter(known),
                       [](double error) { return std::isfinite(error); });
  return mean_of(known);
}

std::string reasons_html(const shown_runs& runs) {
  std::string out;
  for (const shown_run& run : runs)
    for (const auto& [reason, rounds] : run.record->reasons)
      out += fmt::format("<p class=\"note\">{}: {} rounds failed: {}</p>\n", key_html(run), rounds,
                         escape_html(reason));
  return out;
}

/// The names before the first difference say nothing; the folder always tells runs apart.
using naming = std::string (*)(const run_record&);

std::string policy_name(const run_record& run) { return run.facts.policy; }
std::string stack_name(const run_record& run) {
  return run.facts.compression == "none" ? run.facts.policy
                                         : run.facts.policy + ", " + run.facts.compression;
}
std::string scenario_name(const run_record& run) { return run.facts.name; }
std::string seeded_name(const run_record& run) {
  return fmt::format("{}, seed {}", run.facts.name, run.seed);
}
std::string folder_name(const run_record& run) {
  const std::string last = run.folder.filename().string();
  return last.empty() ? run.folder.parent_path().filename().string() : last;
}
std::string path_name(const run_record& run) { return run.folder.string(); }

bool tells_apart(naming name, std::span<const run_record> records) {
  std::vector<std::string> names;
  std::ranges::transform(records, std::back_inserter(names), name);
  std::ranges::sort(names);
  return std::ranges::adjacent_find(names) == names.end();
}

}  // namespace

bool among_peers(const shown_run& run) { return !run.record->facts.graph.empty(); }
bool all_among_peers(const shown_runs& runs) { return std::ranges::all_of(runs, among_peers); }

bool time_passed(const shown_runs& runs) {
  return std::ranges::any_of(runs, [](const shown_run& run) { return run.record->time_s > 0; });
}

shown_runs labelled(std::span<const run_record> records) {
  naming chosen = path_name;
  for (const naming candidate : {policy_name, stack_name, scenario_name, seeded_name, folder_name})
    if (tells_apart(candidate, records)) {
      chosen = candidate;
      break;
    }
  shown_runs runs;
  for (const run_record& record : records)
    runs.push_back({&record, chosen(record), std::ssize(runs)});
  return runs;
}

std::string key_html(const shown_run& run) {
  return fmt::format("<i class=\"key c{}\"></i>{}", run.colour % svg_colours,
                     escape_html(run.label));
}

std::string headline_html(const shown_runs& runs) {
  const run_record& first = *runs.front().record;
  std::string title = escape_html(first.facts.name);
  std::string line = subtitle(first);
  if (runs.size() > 1) {
    title = fmt::format("{} runs side by side", runs.size());
    line = "The first: " + line;
  }
  return fmt::format("<header><h1>{}</h1><p>{}</p></header>\n{}{}", title, line, banners(runs),
                     runs.size() > 1 ? facts_table(runs) : cards_html(first));
}

std::string certificates_html(const shown_runs& runs) {
  html_table table{{"run", "exact", "approximate", "failed", "largest residual",
                    "amplification: median / p95 / most", "compression error, mean",
                    "absent a round, mean", "messages refused"},
                   {}};
  for (const shown_run& run : runs) {
    const run_record& record = *run.record;
    table.rows.push_back(
        {key_html(run), count_text(static_cast<double>(record.exact_rounds)),
         count_text(static_cast<double>(record.approximate_rounds)),
         count_text(static_cast<double>(record.failed_rounds)),
         optional_text(record.residual_max, [](double x) { return number_text(x); }),
         amplification_text(record), number_text(compression_error_mean(record)),
         number_text(absent_mean(record)), count_text(static_cast<double>(record.refused))});
  }
  return section_html(
      "What the rounds are worth",
      "Exact: every intended contribution is in with its weight. Amplification says by how much "
      "decoding magnifies rounding. Loss through compression is a figure of its own.",
      table.html() + reasons_html(runs));
}

std::string provenance_html(const shown_runs& runs) {
  html_table table{{"run", "status", "seed", "version", "commit", "trace hash", "weights hash",
                    "math", "wall time", "folder"},
                   {}};
  const auto code = [](const std::string& text) {
    return text.empty() ? std::string{no_value} : "<code>" + escape_html(text) + "</code>";
  };
  std::string scenarios;
  for (const shown_run& run : runs) {
    const run_record& record = *run.record;
    table.rows.push_back({key_html(run), escape_html(record.status), fmt::format("{}", record.seed),
                          code(record.version), code(record.commit), code(record.trace_hash),
                          code(record.weights_hash), code(record.math),
                          optional_text(record.wall_s, seconds_text),
                          code(record.folder.string())});
    scenarios += fmt::format(
        "<details><summary>{}: the scenario in full</summary><pre>{}</pre></details>\n",
        key_html(run), escape_html(record.scenario));
  }
  return section_html(
      "Where it comes from",
      "The same seed, commit and scenario give the same trace and the same weights in the "
      "simulated world.",
      table.html(10) + scenarios);
}

}  // namespace echelon::experiments
