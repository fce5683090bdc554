#include <limits>

#include <boost/test/unit_test.hpp>

#include "experiments/run/record_folder.hpp"
#include "experiments/run/record_json.hpp"
#include "experiments/scenario/value_json.hpp"
#include "tests/support/temporary_folder.hpp"

namespace echelon::experiments {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using tests::write_file;

struct folder_for_records : tests::temporary_folder {
  folder_for_records() : temporary_folder("records") {}
  fs::path run() const { return path() / "run"; }
  std::string metrics() const { return file_text(run() / "metrics.jsonl").value_or("missing"); }
};

actors::round_record round_of(index round) {
  actors::round_record made;
  made.round = round;
  made.time_s = 0.1 * static_cast<double>(round);
  return made;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(records, folder_for_records)

BOOST_AUTO_TEST_CASE(a_line_names_nodes_and_keeps_every_digit) {
  actors::round_record round = round_of(3);
  round.loss = 0.1 + 0.2;
  round.senders = {{role::worker, 3}, {role::edge, 0}};
  round.worth.absent = {{role::worker, 1}};
  round.worth.liars = {{role::worker, 2}};
  round.busy_s = {{role::worker, 1.5}};
  round.answer_s = {0.25, std::nullopt};
  round.slow = {1};

  const json line = json::parse(round_line(round));

  BOOST_TEST(line.at("round") == 3);
  BOOST_TEST(line.at("loss").get<double>() == 0.1 + 0.2, boost::test_tools::tolerance(0.0));
  BOOST_TEST(!line.contains("accuracy"));
  BOOST_TEST(line.at("senders") == (json{"worker/3", "edge/0"}));
  BOOST_TEST(line.at("certificate").at("absent") == (json{"worker/1"}));
  BOOST_TEST(line.at("certificate").at("liars") == (json{"worker/2"}));
  BOOST_TEST(!line.at("certificate").contains("suspects"));
  BOOST_TEST(line.at("certificate").at("kind") == "exact");
  BOOST_TEST(line.at("busy_s").at("worker") == 1.5);
  BOOST_TEST(line.at("answer_s") == (json{0.25, nullptr}));
}

BOOST_AUTO_TEST_CASE(what_is_not_finite_is_null) {
  actors::round_record round = round_of(1);
  round.loss = std::numeric_limits<double>::quiet_NaN();
  round.worth.amplification = std::numeric_limits<double>::infinity();

  const json line = json::parse(round_line(round));

  BOOST_TEST(line.at("loss").is_null());
  BOOST_TEST(line.at("certificate").at("amplification").is_null());
}

BOOST_AUTO_TEST_CASE(rounds_are_on_disk_as_soon_as_they_are_told) {
  auto record = record_folder::create(run(), "[scenario]\n");
  BOOST_REQUIRE(record);

  record->on_round(round_of(1));

  BOOST_TEST(metrics() == round_line(round_of(1)) + "\n");
  BOOST_TEST(file_text(scenario_file(run())).value() == "[scenario]\n");
}

BOOST_AUTO_TEST_CASE(an_earlier_record_is_replaced_and_other_files_stay) {
  BOOST_REQUIRE(record_folder::create(run(), "first"));
  write_file(run() / "summary.json", "{}");
  write_file(run() / "notes.txt", "mine");

  BOOST_REQUIRE(record_folder::create(run(), "second"));

  BOOST_TEST(file_text(scenario_file(run())).value() == "second");
  BOOST_TEST(!fs::exists(summary_file(run())));
  BOOST_TEST(file_text(run() / "notes.txt").value() == "mine");
}

BOOST_AUTO_TEST_CASE(a_folder_of_other_things_is_refused) {
  write_file(run() / "thesis.tex", "years of work");

  const auto refused = record_folder::create(run(), "");

  BOOST_REQUIRE(!refused);
  BOOST_TEST((refused.error().code == errc::bad_input));
  BOOST_TEST(!fs::exists(scenario_file(run())));
}

BOOST_AUTO_TEST_CASE(a_folder_that_cannot_be_made_is_refused) {
  write_file(path() / "file", "");

  const auto refused = record_folder::create(path() / "file" / "run", "");

  BOOST_REQUIRE(!refused);
  BOOST_TEST((refused.error().code == errc::cannot_write));
}

BOOST_AUTO_TEST_CASE(going_on_cuts_back_to_the_checkpoint) {
  {
    auto record = record_folder::create(run(), "");
    for (index round = 1; round <= 5; ++round)
      record->on_round(round_of(round));
  }

  auto again = record_folder::reopen(run(), 3);
  BOOST_REQUIRE(again);
  again->on_round(round_of(4));

  std::string expected;
  for (index round = 1; round <= 4; ++round)
    expected += round_line(round_of(round)) + "\n";
  BOOST_TEST(metrics() == expected);
}

BOOST_AUTO_TEST_CASE(going_on_needs_the_rounds_of_the_checkpoint) {
  { BOOST_REQUIRE(record_folder::create(run(), "")); }
  write_file(run() / "metrics.jsonl", round_line(round_of(1)) + "\n" + R"({"round":2)");

  BOOST_TEST(bool(record_folder::reopen(run(), 1)));
  BOOST_TEST(!record_folder::reopen(run(), 2));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::experiments
