#include <nlohmann/json.hpp>

#include "algorithms/base/hash.hpp"
#include "experiments/chaos/campaign.hpp"
#include "experiments/report/report_format.hpp"
#include "experiments/scenario/value_json.hpp"

namespace echelon::experiments::chaos {
namespace {

using json = nlohmann::ordered_json;

std::string failures_html(const campaign_result& result) {
  html_table table{{"seed", "promise", "what broke it", "faults left", "replay"}, {}};
  for (const failed_case& one : result.failures)
    for (const broken_promise& broken : one.broken)
      table.rows.push_back({count_text(static_cast<double>(one.seed)),
                            escape_html(broken.invariant), escape_html(broken.how),
                            count_text(static_cast<double>(one.faults)),
                            "<code>" + escape_html(one.replay) + "</code>"});
  return table.rows.empty() ? "<p>Every case kept every promise.</p>\n" : table.html(5);
}

std::string faults_html(const campaign_result& result) {
  html_table table{{"fault", "cases"}, {}};
  for (const auto& [kind, cases] : result.faults)
    table.rows.push_back({escape_html(kind), count_text(static_cast<double>(cases))});
  return table.html();
}

std::string counts_html(const campaign_result& result) {
  html_table table{{"", ""}, {}};
  const auto row = [&table](std::string_view name, std::string text) {
    table.rows.push_back({std::string{name}, std::move(text)});
  };
  row("cases", count_text(static_cast<double>(result.cases)));
  row("broke a promise", count_text(static_cast<double>(result.failures.size())));
  row("runs that were done", count_text(static_cast<double>(result.finished)));
  row("resumed from a checkpoint", count_text(static_cast<double>(result.resumed)));
  row("rounds", count_text(static_cast<double>(result.rounds)));
  row("of them certified exact", count_text(static_cast<double>(result.exact_rounds)));
  row("messages", count_text(static_cast<double>(result.messages)));
  row("virtual time", seconds_text(result.virtual_s));
  row("hash of all traces", hash_text(result.traces));
  return table.html();
}

}  // namespace

std::string campaign_json(const campaign_result& result) {
  json failures = json::array();
  for (const failed_case& one : result.failures) {
    json broken = json::array();
    for (const broken_promise& each : one.broken)
      broken.push_back({{"invariant", each.invariant}, {"how", each.how}});
    failures.push_back({{"seed", one.seed},
                        {"broken", std::move(broken)},
                        {"scenario", one.file.string()},
                        {"faults", one.faults},
                        {"replay", one.replay}});
  }
  const json document{{"cases", result.cases},
                      {"failed", result.failures.size()},
                      {"finished", result.finished},
                      {"resumed", result.resumed},
                      {"rounds", result.rounds},
                      {"exact_rounds", result.exact_rounds},
                      {"messages", result.messages},
                      {"virtual_s", result.virtual_s},
                      {"traces_hash", hash_text(result.traces)},
                      {"faults", result.faults},
                      {"failures", std::move(failures)}};
  return json_text(document, 2) + "\n";
}

std::string campaign_page(const campaign_result& result, const std::string& title) {
  const std::string
      body = "<h1>" + escape_html(title) + "</h1>\n" +
             section_html("Broken promises",
                          "Each case is a scenario made as small as it could be and still fail.",
                          failures_html(result)) +
             section_html("What was tried", "", counts_html(result)) +
             section_html("Faults", "Cases that had at least one of a kind.", faults_html(result)) +
             "<footer>Written by echelon chaos.</footer>\n";
  return page_html(title + " · Echelon", body);
}

}  // namespace echelon::experiments::chaos
