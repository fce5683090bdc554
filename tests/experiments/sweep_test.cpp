#include "experiments/compare/sweep.hpp"

#include <algorithm>
#include <set>

#include <boost/test/unit_test.hpp>

#include "experiments/compare/sweep_processes.hpp"
#include "experiments/compare/sweep_runner.hpp"
#include "experiments/scenario/toml_reader.hpp"
#include "tests/support/fake_record.hpp"
#include "tests/support/temporary_folder.hpp"

namespace echelon::experiments {
namespace {

using tests::temporary_folder;
using tests::write_fake_record;
using tests::write_file;

result<sweep> sweep_from(const temporary_folder& folder, const std::string& text) {
  write_file(folder.path() / "base.toml", "");
  write_file(folder.path() / "sweep.toml", text);
  return read_sweep(folder.path() / "sweep.toml");
}

const std::string head = "base = \"base.toml\"\nseeds = [1, 2, 3]\n";

/// The refusal of a sweep without the folder's name.
std::string refusal_of(const std::string& text) {
  const temporary_folder folder{"sweep-refusal"};
  const auto read = sweep_from(folder, text);
  BOOST_REQUIRE(!read);
  BOOST_TEST((read.error().code == errc::bad_input));
  const std::string& detail = read.error().detail;
  const std::size_t name = detail.find("sweep.toml");
  return name == std::string::npos ? detail : detail.substr(name);
}

std::vector<std::string> settings_of(const grid_point& point) {
  std::vector<std::string> all;
  for (const assignment& one : point.chosen)
    for (const std::string& setting : one.settings())
      all.push_back(setting);
  return all;
}

child_options quiet(index jobs, std::vector<int>& statuses) {
  return {.jobs = jobs,
          .ended = [&statuses](std::size_t command, int status) { statuses[command] = status; },
          .tick = [](index) {},
          .stop = [] { return false; }};
}

BOOST_AUTO_TEST_SUITE(sweep)

BOOST_AUTO_TEST_CASE(a_grid_is_every_combination_in_the_order_of_the_file) {
  const temporary_folder folder{"sweep-grid"};
  const auto read = sweep_from(folder,
                               head + "[grid]\n\"compression.ratios\" = [\"uniform\", \"dagc-r\"]\n"
                                      "data.partition.skew = [10, 100]\n");

  BOOST_REQUIRE_MESSAGE(read, (read ? "" : read.error().detail));
  BOOST_TEST(read->points.size() == 4U);
  BOOST_TEST(read->runs() == 12);
  BOOST_TEST(read->points[1].label == "ratios=uniform, skew=100");
  BOOST_TEST(
      settings_of(read->points[2]) ==
          (std::vector<std::string>{"compression.ratios=\"dagc-r\"", "data.partition.skew=10"}),
      boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(tables_set_their_members_and_lists_stay_whole) {
  const temporary_folder folder{"sweep-tables"};
  const auto read = sweep_from(
      folder,
      head + "[grid]\ncoding = [{policy = \"uncoded\"}, {policy = \"cyclic\", stragglers = 2}]\n"
             "\"topology.edges\" = [[4, 6], [5, 5]]\n");

  BOOST_REQUIRE_MESSAGE(read, (read ? "" : read.error().detail));
  BOOST_TEST(read->points[2].label == "cyclic stragglers 2, edges=[4, 6]");
  BOOST_TEST(settings_of(read->points[2]) ==
                 (std::vector<std::string>{"coding.policy=\"cyclic\"", "coding.stragglers=2",
                                           "topology.edges=[4, 6]"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_is_set_together_may_be_of_several_sections) {
  const temporary_folder folder{"sweep-together"};
  const auto read = sweep_from(
      folder, head +
                  "[grid]\ntogether = [\n"
                  "{ name = \"near\", hierarchy.periods = [5, 5], scenario = { rounds = 20 } },\n"
                  "{ name = \"far\", hierarchy.periods = [50, 5], scenario = { rounds = 2 } }]\n"
                  "[target]\naccuracy_of = \"together=near\"\n");

  BOOST_REQUIRE_MESSAGE(read, (read ? "" : read.error().detail));
  BOOST_TEST(read->target->accuracy_of == "together=near");
  BOOST_TEST(read->points[1].label == "far");
  BOOST_TEST(read->points[1].baseline == 0U);
  BOOST_TEST(settings_of(read->points[1]) ==
                 (std::vector<std::string>{"hierarchy.periods=[50, 5]", "scenario.rounds=2"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(folders_are_safe_and_tell_points_apart) {
  const temporary_folder folder{"sweep-folders"};
  const auto read = sweep_from(
      folder, head + "[grid]\n\"data.path\" = [\"../../etc\", \"../.. etc\", \"\", \"" +
                  std::string(300, 'x') + "\"]\n");

  BOOST_REQUIRE_MESSAGE(read, (read ? "" : read.error().detail));
  std::set<std::string> names;
  for (const grid_point& point : read->points) {
    names.insert(point.folder);
    BOOST_TEST(point.folder.find_first_of("/. ") == std::string::npos);
    BOOST_TEST(point.folder.size() < 100U);
  }
  BOOST_TEST(names.size() == 4U);
}

BOOST_AUTO_TEST_CASE(the_baseline_differs_in_the_key_of_the_target_alone) {
  const temporary_folder folder{"sweep-baseline"};
  const auto read = sweep_from(
      folder, head + "[grid]\n\"compression.ratios\" = [\"dagc-r\", "
                     "\"uniform\"]\n\"data.partition.skew\" = [10, 100]\n"
                     "[target]\naccuracy_of = \"compression.ratios=uniform\"\nfraction = "
                     "0.97\nsmoothing = 9\n");

  BOOST_REQUIRE_MESSAGE(read, (read ? "" : read.error().detail));
  for (const auto& [point, baseline] : {std::pair{0U, 2U}, {1U, 3U}, {2U, 2U}, {3U, 3U}})
    BOOST_TEST(read->points[point].baseline == baseline);
  BOOST_TEST(read->target->fraction == 0.97);
  BOOST_TEST(read->target->smoothing == 9);
}

BOOST_AUTO_TEST_CASE(a_baseline_is_the_first_value_of_the_key_it_names) {
  const temporary_folder folder{"sweep-first"};
  const auto read = sweep_from(folder, head + "baseline = \"coding.policy\"\n[grid]\n"
                                              "\"coding.policy\" = [\"uncoded\", \"cyclic\"]\n"
                                              "\"delays.slow.factor\" = [5, 10]\n");

  BOOST_REQUIRE_MESSAGE(read, (read ? "" : read.error().detail));
  for (const auto& [point, baseline] : {std::pair{0U, 0U}, {1U, 1U}, {2U, 0U}, {3U, 1U}})
    BOOST_TEST(read->points[point].baseline == baseline);
  BOOST_TEST(
      refusal_of(head + "baseline = \"model\"\n[grid]\n\"coding.policy\" = [\"cyclic\"]\n") ==
      "sweep.toml:3: baseline: model is no key of [grid]");
}

BOOST_AUTO_TEST_CASE(a_target_may_name_a_member_of_a_table) {
  const temporary_folder folder{"sweep-member"};
  const auto read = sweep_from(
      folder, head +
                  "[grid]\n\"coding\" = [{ policy = \"cyclic\", stragglers = 1 }, "
                  "{ policy = \"uncoded\" }]\n[target]\naccuracy_of = \"coding.policy=uncoded\"\n");

  BOOST_REQUIRE_MESSAGE(read, (read ? "" : read.error().detail));
  BOOST_TEST(read->points[0].baseline == 1U);
  BOOST_TEST(read->points[1].baseline == 1U);
}

BOOST_AUTO_TEST_CASE(tuning_seeds_are_never_those_that_are_compared) {
  const temporary_folder folder{"sweep-tune"};
  const std::string rest =
      "[grid]\n\"coding.policy\" = [\"uncoded\"]\n[tune]\n\"optimizer.rate\" = [0.03, 0.1]\n";
  const auto read = sweep_from(folder, head + rest);

  BOOST_REQUIRE_MESSAGE(read, (read ? "" : read.error().detail));
  BOOST_TEST(read->tune_seeds == (std::vector<std::int64_t>{4, 5, 6}),
             boost::test_tools::per_element());
  BOOST_TEST(read->runs() == 3 + 2 * 3);
  BOOST_TEST((read->tuned_by == metric::final_accuracy));
  const auto by_mean = sweep_from(folder, head + "tune_by = \"mean_accuracy\"\n" + rest);
  BOOST_REQUIRE_MESSAGE(by_mean, (by_mean ? "" : by_mean.error().detail));
  BOOST_TEST((by_mean->tuned_by == metric::mean_accuracy));
  BOOST_TEST(refusal_of(head + "tune_seeds = [9, 2]\n" + rest) ==
             "sweep.toml:3: tune_seeds: 2 is one of seeds; tuning on the seeds that are compared "
             "flatters");
}

BOOST_AUTO_TEST_CASE(bad_sweeps_are_refused_by_file_line_and_key) {
  const std::string grid = "[grid]\n\"coding.policy\" = [\"uncoded\", \"cyclic\"]\n";

  BOOST_TEST(refusal_of(head + grid + "[tune]\nrate = 3\n") ==
             "sweep.toml:6: tune.rate: is not a list of values; a key with one value is [value]");
  BOOST_TEST(refusal_of(head + "gird = 1\n" + grid) ==
             "sweep.toml:3: gird: is not a known key; did you mean \"grid\"?");
  BOOST_TEST(refusal_of("base = \"base.toml\"\nseeds = [1, 1]\n" + grid) ==
             "sweep.toml:2: seeds: 1 is there twice; each seed counts once");
  BOOST_TEST(refusal_of("base = \"base.toml\"\nseeds = [-1]\n" + grid) ==
             "sweep.toml:2: seeds: -1 is not a seed; a seed is an integer from 0");
  BOOST_TEST(refusal_of(head + "[grid]\na = [1, 1]\n") == "sweep.toml:4: grid.a: has 1 twice");
  BOOST_TEST(refusal_of(head + grid + "[target]\naccuracy_of = \"coding.policy=cycli\"\n") ==
             "sweep.toml:6: target.accuracy_of: [grid] does not give coding.policy the value "
             "cycli; did you mean "
             "\"cyclic\"?");
  BOOST_TEST(
      refusal_of(head + grid + "[target]\naccuracy_of = \"coding.policy=cyclic\"\nfraction = 1.5\n")
          .starts_with("sweep.toml:7: target.fraction: 1.5 is out of range"));
  BOOST_TEST(refusal_of(head + grid + "[tune]\n\"coding.policy\" = [\"x\"]\n")
                 .ends_with("tune: coding.policy is varied by [grid] already"));
  BOOST_TEST(
      refusal_of("base = \"none.toml\"\nseeds = [1]\n" + grid).find("none.toml does not exist") !=
      std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_grid_too_large_to_run_is_refused) {
  std::string grid = head + "[grid]\n";
  for (const char key : std::string_view{"abcdef"})
    grid += std::string{key} + " = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]\n";

  BOOST_TEST(refusal_of(grid).find("has more than 100000 combinations") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_record_is_kept_only_if_its_scenario_is_the_one_asked_for) {
  const temporary_folder folder{"sweep-resume"};
  const auto use_with = [&folder](const tests::fake_run& run, bool same) {
    write_fake_record(folder.path(), run);
    sweep_job job;
    job.folder = folder.path();
    job.expected = same ? read_record(folder.path())->scenario : "[scenario]\nname = \"other\"\n";
    return use_of(job);
  };

  BOOST_TEST((use_with({.rounds = 2}, true) == record_use::keep));
  BOOST_TEST((use_with({.rounds = 2, .status = "failed"}, true) == record_use::keep));
  BOOST_TEST((use_with({.rounds = 2, .status = "interrupted"}, true) == record_use::proceed));
  BOOST_TEST((use_with({.rounds = 2}, false) == record_use::start));
}

BOOST_AUTO_TEST_CASE(a_killed_run_goes_on_and_a_broken_record_is_made_anew) {
  const temporary_folder folder{"sweep-broken"};
  write_fake_record(folder.path(), {.rounds = 2});
  sweep_job job;
  job.folder = folder.path();
  job.expected = read_record(folder.path())->scenario;

  write_file(folder.path() / "metrics.jsonl", "{\"round\":1,");
  BOOST_TEST((use_of(job) == record_use::start));
  std::filesystem::remove(folder.path() / "summary.json");
  BOOST_TEST((use_of(job) == record_use::proceed));
  job.folder = folder.path() / "nowhere";
  BOOST_TEST((use_of(job) == record_use::start));
}

BOOST_AUTO_TEST_CASE(children_end_with_their_own_status) {
  const temporary_folder folder{"sweep-children"};
  const std::filesystem::path log = folder.path() / "log";
  const std::vector<child_command> commands{{{"/bin/true"}, log},
                                            {{"/bin/false"}, log},
                                            {{"/no/such/program"}, log},
                                            {{"/bin/true"}, log}};
  std::vector<int> statuses(4, -1);

  BOOST_TEST(run_children(commands, quiet(2, statuses)));

  BOOST_TEST(statuses == (std::vector<int>{0, 1, 127, 0}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(no_more_children_run_than_are_allowed) {
  const temporary_folder folder{"sweep-jobs"};
  const std::vector<child_command> commands(7, {{"/bin/true"}, folder.path() / "log"});
  std::vector<int> statuses(7, -1);
  index most = 0;
  child_options options = quiet(3, statuses);
  options.tick = [&most](index running) { most = std::max(most, running); };

  BOOST_TEST(run_children(commands, options));

  BOOST_TEST(most <= 3);
  BOOST_TEST(std::ranges::count(statuses, 0) == 7);
}

BOOST_AUTO_TEST_CASE(stopping_interrupts_the_children_and_starts_no_more) {
  const temporary_folder folder{"sweep-stop"};
  const std::vector<child_command> commands(3, {{"/bin/sleep", "600"}, folder.path() / "log"});
  std::vector<int> statuses(3, -1);
  child_options options = quiet(2, statuses);
  bool stopping = false;
  options.tick = [&stopping](index) { stopping = true; };
  options.stop = [&stopping] { return stopping; };

  BOOST_TEST(!run_children(commands, options));

  BOOST_TEST(statuses == (std::vector<int>{130, 130, -1}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_scenario_that_does_not_resolve_is_refused_before_anything_runs) {
  const temporary_folder folder{"sweep-unresolved"};
  const auto read = sweep_from(folder,
                               head + "[grid]\n\"coding.policy\" = [\"uncoded\", \"magic\"]\n");
  BOOST_REQUIRE(read);
  const sweep_options options{
      .program = "/bin/false",
      .out = folder.path() / "out",
      .jobs = 1,
      .resume = false,
      .resolve = [](const std::filesystem::path&, const std::vector<std::string>& settings,
                    std::int64_t) -> result<std::string> {
        if (settings.size() == 1 && settings.front().find("magic") != std::string::npos)
          return fail(errc::bad_input, "--set: coding.policy: \"magic\" is not known");
        return "resolved";
      },
      .say = [](const std::string&) {},
      .progress = [](const std::string&) {}};

  const auto compared = run_sweep(*read, options);

  BOOST_REQUIRE(!compared);
  BOOST_TEST(compared.error().detail.ends_with(
      "sweep.toml: grid: magic, seed 1: --set: coding.policy: \"magic\" is not known"));
  BOOST_TEST(!std::filesystem::exists(options.out));
}

BOOST_AUTO_TEST_CASE(runs_that_leave_no_record_are_kept_as_failures) {
  const temporary_folder folder{"sweep-failures"};
  const auto read = sweep_from(folder,
                               head + "[grid]\n\"coding.policy\" = [\"uncoded\", \"cyclic\"]\n");
  BOOST_REQUIRE(read);
  int said = 0;
  const sweep_options options{
      .program = "/bin/false",
      .out = folder.path() / "out",
      .jobs = 2,
      .resume = true,
      .resolve = [](const auto&, const auto&, std::int64_t) -> result<std::string> {
        return "resolved";
      },
      .say = [&said](const std::string&) { ++said; },
      .progress = [](const std::string&) {}};

  const auto compared = run_sweep(*read, options);

  BOOST_REQUIRE(compared);
  BOOST_TEST(said == 6);
  BOOST_TEST(compared->points[0].runs.size() == 3U);
  BOOST_TEST(compared->points[1].failed == 3);
  BOOST_TEST(!compared->points[1].runs[2].failure.empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace echelon::experiments
