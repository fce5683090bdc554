#include <fstream>

#include <boost/test/unit_test.hpp>

#include "experiments/compare/sweep_outcome.hpp"
#include "experiments/report/report.hpp"
#include "experiments/report/report_sections.hpp"
#include "tests/support/fake_record.hpp"
#include "tests/support/markup.hpp"
#include "tests/support/temporary_folder.hpp"

// What a page says of runs of peers.
namespace echelon::experiments {
namespace {

namespace fs = std::filesystem;
using tests::temporary_folder;

constexpr int rounds = 4;

/// A record of five peers whose merged models stand at `start` and gain `gain` a round.
run_record peers_record(const fs::path& folder, const std::string& rule, double start, double gain,
                        const std::string& more_facts = {}, const std::string& change = {}) {
  tests::write_fake_record(folder, {.workers = 5, .rounds = rounds});
  std::string lines;
  for (int round = 1; round <= rounds; ++round) {
    const double merged = start + gain * (round - 1);
    lines += fmt::format(
        R"({{"round":{},"time_s":0,"accuracy":{},"accuracy_after_merge":{},"bytes_up":1000,)"
        R"("certificate":{{"scope":"merge","kind":"exact"}},"busy_s":{{"peer":0}},)"
        R"("vectors":{{"peer":10}},"facts":{{"accuracy_least":{},"accuracy_most":{},)"
        R"("neighbour_distance":2,"disagreement":{}{}}},"graph_change":"{}",)"
        R"("answer_s":[0,0,0,0,0]}})"
        "\n",
        round, merged + 0.05, merged, merged, merged + 0.1, 8.0 / round, more_facts,
        round == 3 ? change : "");
  }
  tests::write_file(folder / "metrics.jsonl", lines);
  tests::write_file(folder / "scenario.toml",
                    "[scenario]\nname = \"few\"\n[topology]\nkind = \"peers\"\npeers = 5\n"
                    "[topology.graph]\nkind = \"torus\"\n[merging]\npolicy = \"" +
                        rule + "\"\n");
  tests::write_file(folder / "summary.json",
                    fmt::format(R"({{"status":"done","rounds":{0},"time_s":0,"bytes_up":{0}000,)"
                                R"("final_accuracy":{1},"exact_rounds":{0},"seed":1}})",
                                rounds, start + gain * (rounds - 1) + 0.05));
  auto record = read_record(folder);
  BOOST_REQUIRE_MESSAGE(record, (record ? "" : record.error().detail));
  return *std::move(record);
}

const std::string matched = R"(,"matched_likeness":0.3,"kept_share":0.1,"dead_units":7)";

bool has(const std::string& page, std::string_view text) {
  return page.find(text) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(peer_reports)

BOOST_AUTO_TEST_CASE(a_run_of_peers_is_shown_without_a_coordinator) {
  const temporary_folder folder{"peers-one"};
  const auto record = peers_record(folder.path(), "dimat", 0.5, 0.1, matched);
  BOOST_TEST(record.facts.policy == "dimat");
  BOOST_TEST(record.facts.graph == "torus");
  BOOST_TEST(record.columns.bytes.back() == 4000);
  const std::string page = render_report({&record, 1});
  BOOST_TEST(tests::markup_fault(page) == "");
  for (const char* text : {"<h2>Peers</h2>", "merge rule", "<span>peers</span>", "torus",
                           "After merging, against bytes", "Merge report", "0.300 → 0.300",
                           "bytes between peers", "models into a peer"})
    BOOST_TEST(has(page, text), text);
  for (const char* text : {"workers", "gradient code", "into the coordinator", "Round times",
                           "Who was late", "against time"})
    BOOST_TEST(!has(page, text), text);
}

BOOST_AUTO_TEST_CASE(repairs_and_bounds_are_shown_where_there_are_any) {
  const temporary_folder folder{"peers-doctor"};
  const std::string looks = R"(,"gradient_square":0.5,"noise":2,"divergence":3,"smoothness":4,)"
                            R"("bound_merging":70,"bound_disagreement":90)";
  const run_record with[] = {peers_record(folder.path() / "a", "average", 0.3, 0.1, looks,
                                          "links peer/1-peer/2 added from exchange 3 on")};
  const std::string page = render_report(with);
  BOOST_TEST(tests::markup_fault(page) == "");
  for (const char* text :
       {"Repairs of the graph", "round 3: links peer/1-peer/2 added from exchange 3 on",
        "Convergence bound", "Mean disagreement so far", ">70.0</td>", ">90.0</td>"})
    BOOST_TEST(has(page, text), text);
  const run_record without[] = {peers_record(folder.path() / "b", "average", 0.3, 0.1)};
  for (const char* text : {"Repairs of the graph", "Convergence bound"})
    BOOST_TEST(!has(render_report(without), text), text);
}

BOOST_AUTO_TEST_CASE(words_compare_with_averaging_and_say_who_loses) {
  const temporary_folder folder{"peers-words"};
  const run_record records[] = {peers_record(folder.path() / "a", "dimat", 0.6, 0.01, matched),
                                peers_record(folder.path() / "b", "average", 0.3, 0.15)};
  const std::string page = render_report(records);
  BOOST_TEST(tests::markup_fault(page) == "");
  for (const char* text :
       {"<b>dimat</b> against <b>average</b>", "it loses: 30.0 points ahead after the first merge",
        "12.0 points behind after the last", "At equal bytes (4", "no counterpart"})
    BOOST_TEST(has(page, text), text);
}

BOOST_AUTO_TEST_CASE(runs_without_peers_say_nothing_of_them) {
  const temporary_folder folder{"peers-none"};
  tests::write_fake_record(folder.path(), {.rounds = 5});
  const auto record = read_record(folder.path());
  BOOST_TEST(!has(render_report({&*record, 1}), "<h2>Peers</h2>"));
}

BOOST_AUTO_TEST_CASE(sweeps_compare_the_first_merge_and_the_last) {
  const temporary_folder folder{"peers-sweep"};
  const run_outcome outcome = outcome_of(peers_record(folder.path(), "dimat", 0.5, 0.1), 1);
  const auto value = [&](metric which) { return outcome.values[static_cast<std::size_t>(which)]; };
  BOOST_TEST(value(metric::first_merged_accuracy) == 0.5, boost::test_tools::tolerance(1e-9));
  BOOST_TEST(value(metric::final_merged_accuracy) == 0.8, boost::test_tools::tolerance(1e-9));
  BOOST_TEST(outcome.curve.back().bytes == 4000);
  BOOST_TEST(outcome.curve.front().merged == 0.5);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::experiments
