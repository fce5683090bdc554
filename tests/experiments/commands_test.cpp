#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "experiments/run/record_folder.hpp"
#include "tests/support/shell.hpp"

// The built command itself: exit codes, what it prints where, what it leaves.
namespace echelon::experiments {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using tests::ended;
using tests::write_file;

constexpr std::string_view small_run = R"([scenario]
rounds = 6
[data]
samples = 200
[model]
kind = "softmax"
[topology]
workers = 4
)";

struct shell : tests::shell {
  shell() : tests::shell("commands") { write_file(scenario(), small_run); }

  std::string scenario() const { return (path() / "small.toml").string(); }
  fs::path run_folder() const { return path() / "run"; }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(commands, shell)

BOOST_AUTO_TEST_CASE(run_leaves_a_whole_record) {
  const ended run = echelon("run small.toml --out run");

  BOOST_REQUIRE_MESSAGE(run.status == 0, run.told);
  for (const char* name :
       {"scenario.toml", "metrics.jsonl", "summary.json", "model.safetensors", "report.html"})
    BOOST_TEST(fs::exists(run_folder() / name), name);
  BOOST_TEST(!fs::exists(checkpoint_file(run_folder())));
  const json summary = json::parse(file_text(summary_file(run_folder())).value());
  BOOST_TEST(summary.at("status") == "done");
  BOOST_TEST(summary.at("rounds") == 6);
  BOOST_TEST(summary.at("seed") == 1);
  BOOST_TEST(summary.at("clock") == "virtual");
}

BOOST_AUTO_TEST_CASE(run_with_json_prints_the_summary_and_nothing_else) {
  const ended run = echelon("run small.toml --json");

  BOOST_REQUIRE_MESSAGE(run.status == 0, run.told);
  BOOST_TEST(run.printed == file_text(path() / "runs/small-1/summary.json").value());
}

BOOST_AUTO_TEST_CASE(the_resolved_scenario_repeats_the_run) {
  BOOST_REQUIRE(echelon("run small.toml --set optimizer.rate=0.3 --out run").status == 0);

  const ended again = echelon("run run/scenario.toml --out again --json");

  const json first = json::parse(file_text(summary_file(run_folder())).value());
  const json second = json::parse(again.printed);
  for (const char* hash : {"weights_hash", "trace_hash"})
    BOOST_TEST(first.at(hash) == second.at(hash), hash);
  BOOST_TEST(file_text(path() / "again/scenario.toml").value() ==
             file_text(scenario_file(run_folder())).value());
}

BOOST_AUTO_TEST_CASE(a_finished_run_is_not_repeated_by_resume) {
  BOOST_REQUIRE(echelon("run small.toml --out run").status == 0);
  const auto before = fs::last_write_time(summary_file(run_folder()));

  const ended again = echelon("run small.toml --out run --resume");

  BOOST_TEST(again.status == 0);
  BOOST_TEST(again.told.find("finished already") != std::string::npos);
  BOOST_TEST((fs::last_write_time(summary_file(run_folder())) == before));
}

BOOST_AUTO_TEST_CASE(a_finished_run_of_another_scenario_is_not_resumed) {
  BOOST_REQUIRE(echelon("run small.toml --out run").status == 0);

  BOOST_TEST(echelon("run small.toml --out run --resume --seed 2").status == 2);
}

BOOST_AUTO_TEST_CASE(bad_input_ends_with_2_and_one_sentence_and_no_record) {
  for (const std::string bad :
       {"run missing.toml --out run", "run small.toml --out run --set optimizer.rate=-1",
        "run small.toml --out run --set nonsense", "run small.toml --out run --wat", "run", "wat",
        "run small.toml --out small.toml/run", "run small.toml --out run --set coding.stragglers=9",
        "list wat", "check small.toml --set data.source=idx --set data.path=/nowhere"}) {
    const ended refused = echelon(bad);
    BOOST_TEST_CONTEXT(bad << ": " << refused.told) {
      BOOST_TEST(refused.status == 2);
      BOOST_TEST(refused.printed.empty());
      BOOST_TEST(refused.told.find("echelon: ") != std::string::npos);
      BOOST_TEST(!fs::exists(run_folder()));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_refusal_with_json_is_one_document) {
  const ended refused = echelon("check small.toml --set optimizer.rate=-1 --json");

  BOOST_TEST(refused.status == 2);
  BOOST_TEST(json::parse(refused.printed).at("ok") == false);
}

BOOST_AUTO_TEST_CASE(check_trains_nothing) {
  const ended checked = echelon("check small.toml --json");

  BOOST_REQUIRE(checked.status == 0);
  const json document = json::parse(checked.printed);
  BOOST_TEST(document.at("ok") == true);
  BOOST_TEST(document.at("scenario").at("topology").at("workers") == 4);
  BOOST_TEST(!fs::exists(path() / "runs"));
}

BOOST_AUTO_TEST_CASE(plan_trains_nothing_and_prints_one_document) {
  const ended planned = echelon("plan small.toml --json --set coding.plan=auto");

  BOOST_REQUIRE_MESSAGE(planned.status == 0, planned.told);
  const json coding = json::parse(planned.printed).at("coding");
  BOOST_TEST(coding.at("policy") == "uncoded");
  BOOST_TEST(!fs::exists(path() / "runs"));
  BOOST_TEST(echelon("plan small.toml").printed.find("alternatives") != std::string::npos);
  BOOST_TEST(echelon("plan small.toml --out map.html").status == 2);
  BOOST_TEST(echelon("plan small.toml --map --out map.html").status == 0);
  BOOST_TEST(fs::exists(path() / "map.html"));
}

BOOST_AUTO_TEST_CASE(list_with_json_is_one_array) {
  const ended listed = echelon("list --json");

  BOOST_TEST(listed.status == 0);
  BOOST_TEST(json::parse(listed.printed).is_array());
}

BOOST_AUTO_TEST_CASE(help_and_version_end_well) {
  BOOST_TEST(echelon("--help").status == 0);
  BOOST_TEST(echelon("run --help").printed.find("echelon run experiments/quickstart.toml") !=
             std::string::npos);
  BOOST_TEST(echelon("--version").printed.starts_with("echelon "));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::experiments
