#include "experiments/plan/peer_report.hpp"

#include <cmath>

#include <fmt/ranges.h>

#include "experiments/report/report_format.hpp"

namespace echelon::experiments {
namespace {

using merging::exchange;
using merging::peer_link;
using merging::peer_name;
using nlohmann::ordered_json;

ordered_json links_json(const std::vector<peer_link>& links) {
  ordered_json list = ordered_json::array();
  for (const peer_link link : links)
    list.push_back({link.from, link.to});
  return list;
}

ordered_json matrix_json(const matrix& written) {
  ordered_json rows = ordered_json::array();
  for (const auto& row : written.rowwise())
    rows.push_back(std::vector<double>(row.begin(), row.end()));
  return rows;
}

ordered_json weak_json(const std::vector<merging::weak_link>& links) {
  ordered_json list = ordered_json::array();
  for (const merging::weak_link& weak : links)
    list.push_back({{"link", {weak.link.from, weak.link.to}},
                    {"resistance", weak.resistance},
                    {"gap_without", weak.gap_without},
                    {"bridge", weak.bridge()}});
  return list;
}

std::string name_of(const peer_link& link) {
  return fmt::format("{}-{}", peer_name(link.from), peer_name(link.to));
}

void add_line(std::string& text, std::string_view what, const std::string& is) {
  text += fmt::format("  {:<12} {}\n", what, is);
}

std::string links_text(const peer_plan& planned) {
  const merging::topology_report& report = planned.report;
  const std::string_view use = planned.with == exchange::everyone     ? ", not used: all hear all"
                               : planned.with == exchange::neighbours ? ""
                                                                      : ", used in pairs";
  return fmt::format("{}{}{}; {:.4g} messages of {} in an exchange", report.edges,
                     report.period > 1 ? fmt::format(", {} graphs in turn", report.period) : "",
                     use, report.messages_per_round, bytes_text(planned.traffic.message_bytes));
}

std::string gap_text(const merging::topology_report& report) {
  if (report.period == 1)
    return fmt::format("{:.4f}; an exchange leaves at most {:.4f} of what peers disagree by",
                       report.spectral_gap, report.contraction);
  const double left = std::pow(report.contraction, static_cast<double>(report.period));
  return fmt::format("{:.4f}; {} exchanges leave at most {:.4f} of what peers disagree by",
                     report.spectral_gap, report.period, left);
}

std::string consensus_text(const merging::topology_report& report) {
  return report.rounds_to_consensus
             ? fmt::format("{:.0f} exchanges leave a thousandth, if nobody learned meanwhile",
                           *report.rounds_to_consensus)
             : "never: what peers disagree by does not die out";
}

std::string weak_text(const merging::weak_link& weak) {
  return weak.bridge()
             ? fmt::format("without {} the peers fall apart", name_of(weak.link))
             : fmt::format("without {} the gap is {:.4f}", name_of(weak.link), weak.gap_without);
}

std::string cut_text(const std::vector<index>& peers) {
  if (peers.empty())
    return "none: whoever leaves, the others stay connected";
  std::vector<std::string> names;
  for (const index peer : peers)
    names.push_back(peer_name(peer));
  return fmt::format("without {}{} the others fall apart", peers.size() > 1 ? "any of " : "",
                     fmt::join(names, ", "));
}

std::string repair_text(const merging::repair_proposal& repair) {
  std::vector<std::string> names;
  for (const peer_link link : repair.added)
    names.push_back(name_of(link));
  return fmt::format("with the links {} the gap is {:.4f}", fmt::join(names, ", "),
                     repair.spectral_gap);
}

}  // namespace

ordered_json peers_json(const peer_plan& planned) {
  const merging::topology_report& report = planned.report;
  return {{"graph", planned.graph},
          {"weights", planned.weights},
          {"policy", planned.policy},
          {"nodes", report.nodes},
          {"edges", report.edges},
          {"links", links_json(planned.links)},
          {"period", report.period},
          {"spectral_gap", report.spectral_gap},
          {"contraction", report.contraction},
          {"rounds_to_consensus",
           report.rounds_to_consensus ? ordered_json(*report.rounds_to_consensus) : ordered_json{}},
          {"messages_per_round", report.messages_per_round},
          {"message_bytes", planned.traffic.message_bytes},
          {"rounds_per_epoch", planned.traffic.rounds_per_epoch},
          {"bytes_per_epoch", report.bytes_per_epoch},
          {"weak_links", weak_json(report.weak_links)},
          {"cut_peers", report.cut_peers},
          {"repair",
           {{"added", links_json(planned.repair.added)},
            {"spectral_gap", planned.repair.spectral_gap}}},
          {"mixing", matrix_json(report.mixing)}};
}

std::string peers_text(const peer_plan& planned) {
  const merging::topology_report& report = planned.report;
  std::string text = fmt::format("topology: {} peers, graph \"{}\", weights \"{}\", merged by {}\n",
                                 report.nodes, planned.graph, planned.weights, planned.policy);
  add_line(text, "links", links_text(planned));
  add_line(text, "traffic",
           fmt::format("{:.4g} exchanges a local epoch; {} an epoch from all peers together",
                       planned.traffic.rounds_per_epoch, bytes_text(report.bytes_per_epoch)));
  add_line(text, "spectral gap", gap_text(report));
  add_line(text, "consensus", consensus_text(report));
  for (const merging::weak_link& weak : report.weak_links)
    add_line(text, &weak == report.weak_links.data() ? "weak links" : "", weak_text(weak));
  add_line(text, "cut peers", cut_text(report.cut_peers));
  if (!planned.repair.added.empty())
    add_line(text, "repair", repair_text(planned.repair));
  return text + "  The gap is how fast models agree: 1, after one exchange; near 0, hardly ever. "
                "Gaps with or without\n  a link are those of Metropolis-Hastings weights, links "
                "counting both ways.\n";
}

}  // namespace echelon::experiments
