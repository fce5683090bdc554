#include "experiments/report/report.hpp"

#include <cmath>
#include <fstream>
#include <sstream>

#include <boost/test/unit_test.hpp>

#include "experiments/compare/statistics.hpp"
#include "experiments/report/report_format.hpp"
#include "experiments/report/report_sections.hpp"
#include "experiments/report/svg_chart.hpp"
#include "tests/support/fake_record.hpp"
#include "tests/support/markup.hpp"
#include "tests/support/temporary_folder.hpp"

namespace echelon::experiments {
namespace {

namespace fs = std::filesystem;
using tests::fake_run;
using tests::markup_fault;
using tests::temporary_folder;
using tests::write_fake_record;

std::string text_of(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream{file, std::ios::binary}.rdbuf();
  return std::move(text).str();
}

std::string page_of(const fs::path& folder, const std::vector<fake_run>& runs) {
  std::vector<run_record> records;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const fs::path place = folder / fmt::format("run-{}", i);
    write_fake_record(place, runs[i]);
    auto record = read_record(place);
    BOOST_REQUIRE_MESSAGE(record, (record ? "" : record.error().detail));
    records.push_back(*std::move(record));
  }
  return render_report(records);
}

/// The sentence that refuses a record whose metrics.jsonl was changed.
std::string refusal_of(const fs::path& folder, const std::string& file, const std::string& text) {
  write_fake_record(folder, {.rounds = 3});
  tests::write_file(folder / file, text);
  const auto record = read_record(folder);
  BOOST_REQUIRE(!record);
  BOOST_TEST((record.error().code == errc::bad_input));
  return record.error().detail;
}

std::size_t count(const std::string& text, std::string_view wanted) {
  std::size_t found = 0;
  for (std::size_t at = text.find(wanted); at != text.npos; at = text.find(wanted, at + 1))
    ++found;
  return found;
}

BOOST_AUTO_TEST_SUITE(report)

BOOST_AUTO_TEST_CASE(a_record_is_read_with_all_its_rounds) {
  const temporary_folder folder{"report-read"};
  write_fake_record(folder.path(),
                    {.policy = "cyclic", .workers = 7, .stragglers = 2, .rounds = 40});

  const auto record = read_record(folder.path());

  BOOST_REQUIRE(record);
  BOOST_TEST(record->columns.round.size() == 40U);
  BOOST_TEST(record->facts.policy == "cyclic");
  BOOST_TEST(*record->facts.target_accuracy == 0.9);
  BOOST_TEST(record->stragglers.workers() == 7);
  BOOST_TEST(record->links.size() == 7U);
  BOOST_TEST(mean_of(record->columns.absent) == 2);
}

BOOST_AUTO_TEST_CASE(one_run_gives_a_well_formed_page_with_every_part) {
  const temporary_folder folder{"report-one"};
  const std::string page = page_of(folder.path(), {{.policy = "cyclic", .stragglers = 2}});

  BOOST_TEST(markup_fault(page) == "");
  for (const char* part :
       {"Learning", "Round times", "Who was late", "Work", "Traffic", "What the rounds are worth",
        "Where it comes from", "0123456789abcdef", "fedcba9876543210"})
    BOOST_TEST(count(page, part) >= 1U, part);
  BOOST_TEST(count(page, "What it bought") == 0U);
}

BOOST_AUTO_TEST_CASE(a_page_reaches_for_nothing_outside_itself) {
  const temporary_folder folder{"report-alone"};
  const std::string page = page_of(folder.path(), {{}, {.policy = "cyclic", .stragglers = 2}});

  for (const char* reach : {" src=", " href=", "url(", "@import", "fetch(", "XMLHttpRequest"})
    BOOST_TEST(count(page, reach) == 0U, reach);
  // The one address is a name: the namespace under which scripts make SVG elements.
  BOOST_TEST(count(page, "http") == count(page, "http://www.w3.org/2000/svg"));
}

BOOST_AUTO_TEST_CASE(several_runs_are_set_side_by_side_in_words) {
  const temporary_folder folder{"report-three"};
  const std::string page = page_of(folder.path(),
                                   {{.policy = "uncoded"},
                                    {.policy = "fractional-repetition", .stragglers = 3},
                                    {.policy = "cyclic", .stragglers = 15}});

  BOOST_TEST(markup_fault(page) == "");
  BOOST_TEST(count(page, "<b>fractional-repetition</b> against <b>uncoded</b>") == 1U);
  BOOST_TEST(count(page, "times as fast a round") == 1U);
  BOOST_TEST(count(page, "it loses: rounds") == 1U);  // sixteen-fold work does not pay here
}

BOOST_AUTO_TEST_CASE(text_from_a_record_never_becomes_markup) {
  const temporary_folder folder{"report-hostile"};
  const std::string attack = "</title><script>alert(1)</script><img src=x onerror=y>&\\\" '";
  const std::string page = page_of(
      folder.path(),
      {{.name = attack, .policy = attack, .status = "failed", .reason = attack}, {.name = attack}});

  BOOST_TEST(markup_fault(page) == "");
  BOOST_TEST(count(page, "<script>") == 1U);  // ours
  BOOST_TEST(count(page, "<img") == 0U);
  BOOST_TEST(count(page, "&lt;script&gt;alert(1)") > 0U);
}

BOOST_AUTO_TEST_CASE(a_run_that_failed_or_was_interrupted_says_so) {
  const temporary_folder folder{"report-failed"};
  const std::string page = page_of(
      folder.path(), {{.name = "a", .status = "failed", .reason = "9 of 20 workers were silent"},
                      {.name = "b", .status = "interrupted"}});

  BOOST_TEST(count(page, "this run failed after 100 rounds: 9 of 20 workers were silent") == 1U);
  BOOST_TEST(count(page, "this run was interrupted after 100 rounds") == 1U);
}

BOOST_AUTO_TEST_CASE(the_page_of_a_thousand_workers_stays_small) {
  const temporary_folder folder{"report-large"};
  const std::string page = page_of(folder.path(),
                                   {{.workers = 1'000, .stragglers = 50, .rounds = 600}});

  BOOST_TEST(markup_fault(page) == "");
  BOOST_TEST(page.size() < 1'500'000U);
}

BOOST_AUTO_TEST_CASE(a_run_without_gradients_or_workers_still_gives_a_page) {
  const temporary_folder folder{"report-bare"};
  tests::write_file(folder.path() / "scenario.toml", "[scenario]\nname = \"bare\"\n");
  tests::write_file(folder.path() / "metrics.jsonl", "{\"round\":1,\"time_s\":2.5}\n");
  tests::write_file(folder.path() / "summary.json",
                    R"({"status":"done","rounds":1,"time_s":2.5,"final_loss":null})");

  const auto page = write_report({folder.path()}, {});

  BOOST_REQUIRE(page);
  BOOST_TEST((*page == folder.path() / "report.html"));
  BOOST_TEST(markup_fault(text_of(*page)) == "");
}

BOOST_AUTO_TEST_CASE(broken_records_are_refused_by_file_and_line) {
  const temporary_folder folder{"report-broken"};
  const std::string lines = folder.path() / "metrics.jsonl";
  const std::string first = "{\"round\":1,\"time_s\":1}\n";

  BOOST_TEST(refusal_of(folder.path(), "metrics.jsonl", first + "{\"round\":2,\"ti") ==
             lines + ":2: the last line is torn: 14 bytes without an end of line");
  BOOST_TEST(refusal_of(folder.path(), "metrics.jsonl", first + "round 2\n") ==
             lines + ":2: is not a JSON object");
  BOOST_TEST(
      refusal_of(folder.path(), "metrics.jsonl", first + "{\"round\":2,\"time_s\":\"late\"}\n") ==
      lines + ":2: time_s: is not a number");
  BOOST_TEST(refusal_of(folder.path(), "metrics.jsonl", first + "{\"round\":2}\n") ==
             lines + ":2: time_s: is missing");
  BOOST_TEST(refusal_of(folder.path(), "metrics.jsonl", first + "{\"round\":2,\"time_s\":0.5}\n") ==
             lines + ":2: time_s: 0.5 is before 1");
  BOOST_TEST(refusal_of(folder.path(), "metrics.jsonl", first + first) ==
             lines + ":2: round: 1 does not follow 1");
  BOOST_TEST(refusal_of(folder.path(), "metrics.jsonl",
                        "{\"round\":1,\"time_s\":1,\"answer_s\":[1,2]}\n{\"round\":2,\"time_s\":2,"
                        "\"answer_s\":[1]}\n") ==
             lines + ":2: answer_s: names 1 workers, earlier rounds 2");
}

BOOST_AUTO_TEST_CASE(a_missing_file_or_folder_is_named) {
  const temporary_folder folder{"report-missing"};
  write_fake_record(folder.path(), {.rounds = 2});
  fs::remove(folder.path() / "summary.json");

  const auto without_summary = read_record(folder.path());
  const auto without_folder = read_record(folder.path() / "nowhere");

  BOOST_REQUIRE(!without_summary);
  BOOST_TEST((without_summary.error().code == errc::not_found));
  BOOST_TEST(without_summary.error().detail.starts_with((folder.path() / "summary.json").string()));
  BOOST_REQUIRE(!without_folder);
  BOOST_TEST(without_folder.error().detail.find("nowhere: is not a folder") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(summaries_of_another_shape_are_refused) {
  const temporary_folder folder{"report-summary"};
  const std::string file = folder.path() / "summary.json";

  BOOST_TEST(refusal_of(folder.path(), "summary.json", "[1]") == file + ":1: is not a JSON object");
  BOOST_TEST(
      refusal_of(folder.path(), "summary.json", R"({"status":"happy","rounds":1,"time_s":1})") ==
      file + ":1: status: is not done, failed or interrupted");
  BOOST_TEST(refusal_of(folder.path(), "summary.json",
                        R"({"status":"done","rounds":1,"time_s":1,"links":7})") ==
             file + ":1: links: is not a list");
}

BOOST_AUTO_TEST_CASE(an_unwritable_page_leaves_nothing_behind) {
  const temporary_folder folder{"report-unwritable"};
  tests::write_file(folder.path() / "file", "");

  const auto written = write_page(folder.path() / "file" / "page.html", "text");

  BOOST_REQUIRE(!written);
  BOOST_TEST((written.error().code == errc::cannot_write));
  BOOST_TEST(std::distance(fs::directory_iterator{folder.path()}, {}) == 1);
}

BOOST_AUTO_TEST_CASE(thinning_keeps_ends_and_extremes) {
  std::vector<svg_point> points;
  for (int i = 0; i < 10'000; ++i)
    points.push_back({static_cast<double>(i), i == 4'321 ? 9.0 : std::sin(i * 0.001)});

  const auto kept = thinned(points, 200);

  BOOST_TEST(kept.size() <= 200U);
  BOOST_TEST(kept.front().x == 0);
  BOOST_TEST(kept.back().x == 9'999);
  BOOST_TEST(std::ranges::max(kept, {}, &svg_point::y).x == 4'321);
  BOOST_TEST(std::ranges::is_sorted(kept, {}, &svg_point::x));
}

BOOST_AUTO_TEST_CASE(ticks_are_round_numbers_that_cover_the_data) {
  for (const auto& [least, most] :
       {std::pair{0.0, 0.97}, {-3.2, 18.0}, {1e-7, 3e-7}, {5.0, 5.0}, {0.0, 0.0}}) {
    const svg_scale scale{svg_scale::kind::linear, least, most, true};
    BOOST_TEST(scale.least() <= least);
    BOOST_TEST(scale.most() >= most);
    BOOST_TEST(scale.ticks().size() >= 3U);
    BOOST_TEST(scale.ticks().size() <= 12U);
  }
  const svg_scale wide{svg_scale::kind::logarithmic, 0.02, 7'000, true};
  BOOST_TEST(wide.share(wide.least()) == 0);
  BOOST_TEST(wide.share(wide.most()) == 1);
  BOOST_TEST(wide.ticks().size() >= 4U);
}

BOOST_AUTO_TEST_CASE(numbers_are_written_for_people) {
  BOOST_TEST(number_text(0.012345) == "0.0123");
  BOOST_TEST(number_text(123'456) == "123\u202f456");
  BOOST_TEST(seconds_text(0.0042) == "4.20\u00a0ms");
  BOOST_TEST(seconds_text(86'400) == "24.0\u00a0h");
  BOOST_TEST(bytes_text(1'500'000) == "1.50\u00a0MB");
  BOOST_TEST(number_text(missing) == no_value);
}

BOOST_AUTO_TEST_CASE(the_straggler_map_adds_up_whatever_its_resolution) {
  straggler_map map;
  random_stream random{11, "map"};
  double sum = 0;
  index silent = 0;
  for (int round = 0; round < 1'000; ++round) {
    std::vector<std::optional<double>> answers;
    for (int worker = 0; worker < 250; ++worker) {
      answers.push_back(random.bernoulli(0.1) ? std::nullopt : std::optional{random.exponential()});
      sum += answers.back().value_or(0);
      silent += answers.back() ? 0 : 1;
    }
    BOOST_REQUIRE(map.add_round(answers, {}));
  }

  straggler_map::cell total;
  for (index row = 0; row < map.rows(); ++row)
    for (index column = 0; column < map.columns(); ++column)
      total.add(map.at(row, column));

  BOOST_TEST(map.rows() <= straggler_map::rows_max);
  BOOST_TEST(map.columns() <= straggler_map::columns_max);
  BOOST_TEST(total.count() == 250'000);
  BOOST_TEST(total.silent == silent);
  BOOST_TEST(total.answer_sum_s == sum, boost::test_tools::tolerance(1e-9));
  BOOST_TEST(!map.add_round(std::vector<std::optional<double>>(3), {}));
}

BOOST_AUTO_TEST_CASE(a_column_of_the_straggler_map_holds_consecutive_rounds) {
  constexpr index rounds = 1'000;
  straggler_map map;
  for (index round = 0; round < rounds; ++round)
    BOOST_REQUIRE(map.add_round(std::vector{std::optional{static_cast<double>(round)}}, {}));

  for (index column = 0; column < map.columns(); ++column) {
    const index first = column * map.rounds_per_column();
    const index last = std::min(first + map.rounds_per_column(), rounds) - 1;
    BOOST_TEST(map.at(0, column).count() == last - first + 1);
    BOOST_TEST(*map.at(0, column).answer_mean_s() == static_cast<double>(first + last) / 2);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace echelon::experiments
