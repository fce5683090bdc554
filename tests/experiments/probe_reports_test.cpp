#include <fstream>
#include <sstream>

#include <boost/test/unit_test.hpp>

#include "experiments/report/probe_curves.hpp"
#include "experiments/report/report.hpp"
#include "tests/support/fake_record.hpp"
#include "tests/support/markup.hpp"
#include "tests/support/temporary_folder.hpp"

// What a page says of compression, of averaging and of probes.
namespace echelon::experiments {
namespace {

namespace fs = std::filesystem;
using tests::temporary_folder;

/// A record with a section of its scenario and, in every second round, facts of a probe.
run_record record_with(const fs::path& folder, const std::string& section,
                       const std::string& probe) {
  tests::write_fake_record(folder, {.workers = 3, .rounds = 8});
  std::ifstream in{folder / "metrics.jsonl"};
  std::string lines, line;
  for (int round = 1; std::getline(in, line); ++round) {
    const std::string facts = R"("compression_spent":50,"compression_budget":40)" +
                              (round % 2 == 0 ? "," + probe : std::string{});
    const std::string added = R"("coordinates":[30,20,null],"facts":{)" + facts + "},";
    lines += line.insert(1, added) + "\n";
  }
  in.close();
  tests::write_file(folder / "metrics.jsonl", lines);
  std::ostringstream scenario;
  scenario << std::ifstream{folder / "scenario.toml"}.rdbuf() << section;
  tests::write_file(folder / "scenario.toml", scenario.str());
  auto record = read_record(folder);
  BOOST_REQUIRE_MESSAGE(record, (record ? "" : record.error().detail));
  return *std::move(record);
}

const std::string compressing = "\n[compression]\npolicy = \"top-k\"\n[compression.ratios]\nkind = "
                                "\"dagc-r\"\n";
const std::string averaging = "\n[hierarchy]\nperiods = [50, 5]\n";

bool has(const std::string& page, std::string_view text) {
  return page.find(text) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(probe_reports)

BOOST_AUTO_TEST_CASE(facts_are_means_over_the_rounds_that_note_them) {
  const temporary_folder folder{"probe-means"};
  const auto record = record_with(folder.path(), compressing, R"("gradient_square":3)");
  BOOST_TEST(record.noted.at("gradient_square").mean() == 3);
  BOOST_TEST(record.noted.at("compression_spent").mean() == 50);
  BOOST_REQUIRE(record.probes.size() == 4U);
  BOOST_TEST(record.probes.front().round == 2);
}

BOOST_AUTO_TEST_CASE(compression_shows_its_budget_senders_and_bounds) {
  const temporary_folder folder{"probe-compression"};
  const auto record = record_with(
      folder.path(), compressing,
      R"("gradient_square":3,"bound_refined":7,"rate_max_published":0.001)");
  BOOST_TEST(record.facts.ratios == "dagc-r");
  BOOST_TEST(record.sender_coordinates == (std::vector<double>{240, 160, 0}),
             boost::test_tools::per_element());
  const std::string page = render_report({&record, 1});
  BOOST_TEST(tests::markup_fault(page) == "");
  for (const char* text : {"<h2>Compression</h2>", "dagc-r", "125.00", "none: rate above 0.001",
                           "reconstruction", "Values sent"})
    BOOST_TEST(has(page, text), text);
  BOOST_TEST(!has(page, "<h2>Hierarchy</h2>"));
}

BOOST_AUTO_TEST_CASE(averaging_shows_divergences_by_level) {
  const temporary_folder folder{"probe-averaging"};
  const auto record = record_with(
      folder.path(), averaging,
      R"("gradient_square":3,"upward_divergence":2,"downward_divergence":5,)"
      R"("divergence_level_1":2,"divergence_level_2":5,"bound_averaging":9)");
  const std::string page = render_report({&record, 1});
  BOOST_TEST(tests::markup_fault(page) == "");
  for (const char* text :
       {"<h2>Hierarchy</h2>", "[50, 5]", "divergence level 2", "bound averaging", "reconstruction"})
    BOOST_TEST(has(page, text), text);
  BOOST_TEST(!has(page, "<h2>Compression</h2>"));
}

BOOST_AUTO_TEST_CASE(runs_without_either_say_nothing_of_them) {
  const temporary_folder folder{"probe-none"};
  tests::write_fake_record(folder.path(), {});
  const auto record = read_record(folder.path()).value();
  const std::string page = render_report({&record, 1});
  BOOST_TEST(!has(page, "<h2>Compression</h2>"));
  BOOST_TEST(!has(page, "<h2>Hierarchy</h2>"));
}

BOOST_AUTO_TEST_CASE(means_so_far_are_means) {
  const auto means = means_so_far({{1, 4}, {2, 2}, {3, 0}});
  BOOST_TEST(means[0].y == 4);
  BOOST_TEST(means[1].y == 3);
  BOOST_TEST(means[2].y == 2);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::experiments
