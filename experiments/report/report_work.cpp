#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "experiments/compare/statistics.hpp"
#include "experiments/report/report_format.hpp"
#include "experiments/report/report_sections.hpp"
#include "experiments/report/svg_bars.hpp"
#include "experiments/report/svg_heat_map.hpp"

namespace echelon::experiments {
namespace {

constexpr std::size_t links_shown_max = 10;

std::string parts_picture(const shown_runs& runs) {
  std::vector<svg_bar> bars;
  for (const shown_run& run : runs) {
    const part_totals& parts = run.record->parts;
    const double spare = parts.computed - parts.used - parts.wasted;
    bars.push_back({run.label,
                    {{parts.used, "used"}, {spare, "spare"}, {parts.wasted, "wasted"}},
                    count_text(parts.computed)});
  }
  return figure_html(
      "Parts computed <small>whole run</small>",
      "<ul class=\"legend\"><li><i class=\"used\"></i>used</li><li><i class=\"spare\"></i>"
      "in a used answer, but a copy</li><li><i class=\"wasted\"></i>wasted</li></ul>" +
          draw(bars));
}

double seconds_in(const std::map<std::string, double>& tiers, const std::string& tier) {
  const auto found = tiers.find(tier);
  return found == tiers.end() ? 0.0 : found->second;
}

std::string busy_picture(const shown_runs& runs) {
  std::vector<svg_bar> bars;
  for (const shown_run& run : runs) {
    std::set<std::string> tiers;
    for (const auto* seconds : {&run.record->busy_s, &run.record->idle_s})
      for (const auto& [tier, ignored] : *seconds)
        tiers.insert(tier);
    for (const std::string& tier : tiers) {
      const double busy = seconds_in(run.record->busy_s, tier);
      const double all = busy + seconds_in(run.record->idle_s, tier);
      if (!(all > 0))
        continue;
      bars.push_back({runs.size() > 1 ? run.label + ", " + tier : tier,
                      {{busy / all, "busy"}, {1 - busy / all, "idle"}},
                      percent_text(busy / all)});
    }
  }
  if (bars.empty())
    return {};
  return figure_html(
      "Share of time nodes were busy <small>per tier, over its nodes</small>",
      "<ul class=\"legend\"><li><i class=\"busy\"></i>busy</li><li><i class=\"idle\"></i>"
      "idle</li></ul>" +
          draw(bars));
}

/// Rounds without the number are left out.
double mean_of_known(std::span<const double> numbers) {
  double sum = 0;
  index count = 0;
  for (const double number : numbers)
    if (std::isfinite(number)) {
      sum += number;
      ++count;
    }
  return count > 0 ? sum / static_cast<double>(count) : missing;
}

/// What peers do, who have no parts.
std::string peers_work_table(const shown_runs& runs) {
  html_table table{{"run", "local steps a round", "Jain's index of busy peers",
                    "models into a peer a round, mean", "most"},
                   {}};
  for (const shown_run& run : runs) {
    const run_record& record = *run.record;
    const double rounds = std::max<double>(1, static_cast<double>(record.columns.round.size()));
    const double peers = std::max<double>(1, static_cast<double>(record.stragglers.workers()));
    table.rows.push_back({key_html(run), number_text(record.parts.computed / rounds),
                          number_text(mean_of_known(record.columns.jain)),
                          number_text(seconds_in(record.vectors, "peer") / rounds / peers),
                          count_text(record.queue_max)});
  }
  return table.html();
}

/// What the two-stage paper calls resource utilisation.
std::string utilisation_table(const shown_runs& runs) {
  html_table table{{"run", "parts computed a round", "used", "Jain's index of busy workers",
                    "gradients into the coordinator a round", "into the edges", "most at one node"},
                   {}};
  for (const shown_run& run : runs) {
    const run_record& record = *run.record;
    const double rounds = std::max<double>(1, static_cast<double>(record.columns.round.size()));
    const double into_edges = seconds_in(record.vectors, "edge");
    table.rows.push_back(
        {key_html(run), number_text(record.parts.computed / rounds),
         percent_text(record.parts.computed > 0 ? record.parts.used / record.parts.computed : 1),
         number_text(mean_of_known(record.columns.jain)),
         number_text(seconds_in(record.vectors, "coordinator") / rounds),
         into_edges > 0 ? number_text(into_edges / rounds) : "–", count_text(record.queue_max)});
  }
  return table.html();
}

/// What the policies noted, as means over the rounds that did, and what they say of the whole run.
std::string facts_table(const shown_runs& runs) {
  html_table table{{"run", "noted by the policy", "mean of the rounds that note it", "of the run"},
                   {}};
  for (const shown_run& run : runs) {
    for (const auto& [name, fact] : run.record->noted)
      table.rows.push_back({key_html(run), escape_html(name), number_text(fact.mean()), ""});
    for (const auto& [name, total] : run.record->facts_of_run)
      table.rows.push_back({key_html(run), escape_html(name), "", number_text(total)});
  }
  return table.rows.empty() ? std::string{} : table.html(2);
}

std::string tier_of(const std::string& node) { return node.substr(0, node.find('/')); }

/// Links of one kind, such as worker to edge, taken together.
struct link_kind {
  double bytes = 0, messages = 0, most = 0;
  index links = 0;
};

std::map<std::string, link_kind> kinds_of(const run_record& run) {
  std::map<std::string, link_kind> kinds;
  for (const link_total& link : run.links) {
    link_kind& kind = kinds[tier_of(link.from) + " → " + tier_of(link.to)];
    kind.bytes += link.bytes;
    kind.messages += link.messages;
    kind.most = std::max(kind.most, link.bytes);
    ++kind.links;
  }
  return kinds;
}

std::string kinds_table(const shown_runs& runs) {
  html_table table{{"run", "links", "number", "messages", "bytes", "a link, mean", "busiest link"},
                   {}};
  for (const shown_run& run : runs)
    for (const auto& [name, kind] : kinds_of(*run.record))
      table.rows.push_back(
          {key_html(run), escape_html(name), count_text(static_cast<double>(kind.links)),
           count_text(kind.messages), bytes_text(kind.bytes),
           bytes_text(kind.bytes / static_cast<double>(kind.links)), bytes_text(kind.most)});
  return table.rows.empty() ? std::string{} : table.html(2);
}

std::string links_picture(const shown_run& run, bool several) {
  std::vector<link_total> links = run.record->links;
  std::ranges::sort(links, [](const link_total& a, const link_total& b) {
    return std::tuple(-a.bytes, a.from, a.to) < std::tuple(-b.bytes, b.from, b.to);
  });
  std::vector<svg_bar> bars;
  for (const link_total& link : links) {
    if (bars.size() == links_shown_max)
      break;
    bars.push_back({link.from + " → " + link.to,
                    {{link.bytes, fmt::format("c{}", run.colour % svg_colours)}},
                    bytes_text(link.bytes)});
  }
  const std::string count = links.size() > bars.size()
                                ? fmt::format("the busiest {} of {}", bars.size(), links.size())
                                : fmt::format("all {}", links.size());
  const std::string whose = several ? ", " + escape_html(run.label) : std::string{};
  return figure_html("Bytes per link" + whose + " <small>" + count + "</small>", draw(bars));
}

std::string traffic_table(const shown_runs& runs) {
  html_table table{
      {"run", "bytes up", "bytes down", "up a round", "payload up a round", "actor messages"}, {}};
  if (all_among_peers(runs))
    table.head[1] = "bytes between peers";
  for (const shown_run& run : runs) {
    const run_record& record = *run.record;
    const double rounds = std::max<double>(1, static_cast<double>(record.rounds));
    table.rows.push_back({key_html(run), bytes_text(record.bytes_up), bytes_text(record.bytes_down),
                          bytes_text(record.bytes_up / rounds),
                          bytes_text(record.payload_bits_up / 8 / rounds),
                          count_text(record.messages)});
  }
  return table.html();
}

/// Those of whom something was said most often, with the share of rounds in which it was.
std::string note_of(const shown_run& run, std::string_view what,
                    const std::map<std::string, index>& rounds_of) {
  std::vector<std::pair<std::string, index>> nodes{rounds_of.begin(), rounds_of.end()};
  std::ranges::stable_sort(nodes, std::greater{}, &std::pair<std::string, index>::second);
  if (nodes.empty())
    return {};
  constexpr std::size_t shown_max = 8;
  std::string names;
  for (std::size_t i = 0; i < std::min(shown_max, nodes.size()); ++i)
    names += fmt::format(
        "{}{} ({})", i == 0 ? "" : ", ", escape_html(nodes[i].first),
        percent_text(static_cast<double>(nodes[i].second) /
                         std::max<double>(1, static_cast<double>(run.record->columns.round.size())),
                     0));
  return fmt::format(
      "<p class=\"note\">{}: {}{}.</p>\n", what, names,
      nodes.size() > shown_max ? fmt::format(", and {} more", nodes.size() - shown_max) : "");
}

std::string notes_of(const shown_run& run) {
  return note_of(run, "Not waited for most often", run.record->absences) +
         note_of(run, "Left out for lying", run.record->lies) +
         note_of(run, "Left out as suspects", run.record->suspicions);
}

}  // namespace

std::string stragglers_html(const shown_runs& runs) {
  std::string body;
  for (const shown_run& run : time_passed(runs) ? runs : shown_runs{}) {
    const straggler_map& map = run.record->stragglers;
    if (map.empty())
      continue;
    std::string detail = fmt::format(
        "{} {}, {} rounds", count_text(static_cast<double>(map.workers())),
        among_peers(run) ? "peers" : "workers", count_text(static_cast<double>(map.rounds())));
    if (map.workers_per_row() > 1 || map.rounds_per_column() > 1)
      detail += fmt::format("; a cell is {} {} by {} {}", map.workers_per_row(),
                            map.workers_per_row() > 1 ? "nodes" : "node", map.rounds_per_column(),
                            map.rounds_per_column() > 1 ? "rounds" : "round");
    body += figure_html(key_html(run) + " <small>" + detail + "</small>",
                        draw(map, among_peers(run) ? "peer" : "worker")) +
            notes_of(run);
  }
  return section_html(
      "Who was late",
      all_among_peers(runs)
          ? "Seconds from the end of the round before until a peer ended its own, peer by peer and "
            "round by round. Colour scales are each run's own."
          : "Seconds from the start of a round until a worker's answer came, worker by worker and "
            "round by round. Colour scales are each run's own.",
      body);
}

std::string work_html(const shown_runs& runs) {
  if (all_among_peers(runs))
    return section_html("Work", {},
                        peers_work_table(runs) + busy_picture(runs) + facts_table(runs));
  return section_html("Work", {},
                      utilisation_table(runs) + "<div class=\"pair\">" + parts_picture(runs) +
                          busy_picture(runs) + "</div>\n" + facts_table(runs));
}

std::string traffic_html(const shown_runs& runs) {
  std::string pictures;
  for (const shown_run& run : runs)
    pictures += links_picture(run, runs.size() > 1);
  return section_html("Traffic", {},
                      traffic_table(runs) + kinds_table(runs) + "<div class=\"pair\">" + pictures +
                          "</div>\n");
}

}  // namespace echelon::experiments
