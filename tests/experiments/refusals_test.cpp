#include <boost/test/unit_test.hpp>

#include "experiments/run/build.hpp"
#include "tests/support/scenario_texts.hpp"
#include "tests/support/temporary_folder.hpp"

namespace echelon::experiments {
namespace {

using tests::refusal_of;
using tests::resolved;

/// The sentence with which building is refused, after the scenario alone was fine.
std::string build_refusal(std::string_view text, const std::vector<std::string>& settings = {}) {
  const auto made = resolved(text, settings);
  BOOST_REQUIRE_MESSAGE(made, (made ? "" : made.error().detail));
  const auto built = build(*made, policy_catalogues{});
  return built ? "accepted" : built.error().detail;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(refusals)

BOOST_AUTO_TEST_CASE(a_missing_file) {
  const auto read = read_scenario("/nowhere/s.toml");

  BOOST_REQUIRE(!read);
  BOOST_TEST((read.error() ==
              error{errc::not_found, "/nowhere/s.toml: cannot be opened; is the path right?"}));
}

BOOST_AUTO_TEST_CASE(a_folder_in_place_of_a_file) {
  const tests::temporary_folder folder{"refusals"};

  const auto read = read_scenario(folder.path().string());

  BOOST_REQUIRE(!read);
  BOOST_TEST(read.error().detail ==
             folder.path().string() + ": is a folder; a scenario is a TOML file");
}

BOOST_AUTO_TEST_CASE(broken_toml) {
  const auto read = parse_toml("[scenario]\nrounds = = 3\n", "s.toml");

  BOOST_REQUIRE(!read);
  BOOST_TEST(read.error().detail.starts_with("s.toml:2: not valid TOML: "));
}

BOOST_AUTO_TEST_CASE(a_date) {
  const auto read = parse_toml("[scenario]\nname = 2020-01-01\n", "s.toml");

  BOOST_REQUIRE(!read);
  BOOST_TEST(read.error().detail ==
             "s.toml:2: scenario.name: is a date or time, which no key takes; "
             "a text would be in quotes");
}

BOOST_AUTO_TEST_CASE(an_unknown_section_or_key_with_a_suggestion) {
  BOOST_TEST(refusal_of("\n[optimiser]\nrate = 1") ==
             "s.toml:2: optimiser: is not a known section; did you mean \"optimizer\"?");
  BOOST_TEST(refusal_of("rounds = 5") ==
             "s.toml:1: rounds: is not a section; the key rounds belongs in [scenario]");
  BOOST_TEST(refusal_of("[optimizer]\n\nrat = 1") ==
             "s.toml:3: optimizer.rat: is not a known key; did you mean \"rate\"?");
}

BOOST_AUTO_TEST_CASE(a_key_of_another_policy) {
  BOOST_TEST(
      refusal_of("[topology]\nkind = \"star\"\nedges = [2, 2]") ==
      "s.toml:3: topology.edges: is a key of kind = \"tree\"; set that too, or leave this out");
}

BOOST_AUTO_TEST_CASE(an_unknown_policy_with_a_suggestion) {
  BOOST_TEST(refusal_of("[coding]\npolicy = \"cyclical\"") ==
             "s.toml:2: coding.policy: \"cyclical\" is not known; did you mean \"cyclic\"?");
  BOOST_TEST(refusal_of("[model]\nkind = 3") == "s.toml:2: model.kind: 3 is not a text");
}

BOOST_AUTO_TEST_CASE(a_wrong_type) {
  BOOST_TEST(refusal_of("[scenario]\nrounds = \"ten\"") ==
             "s.toml:2: scenario.rounds: \"ten\" is not an integer");
  BOOST_TEST(refusal_of("optimizer = 3") == "s.toml:1: optimizer: 3 is not a table");
}

BOOST_AUTO_TEST_CASE(a_number_out_of_range) {
  BOOST_TEST(refusal_of("[optimizer]\nrate = -0.1") ==
             "s.toml:2: optimizer.rate: -0.1 is out of range; it must be between 0 and 1000000");
  BOOST_TEST(refusal_of("[scenario]\ntarget_accuracy = 95") ==
             "s.toml:2: scenario.target_accuracy: 95 is out of range; it must be between 0 and 1");
  BOOST_TEST(refusal_of("[scenario]\nseed = -1") ==
             "s.toml:2: scenario.seed: -1 is out of range; it must be at least 0");
  BOOST_TEST(refusal_of("[runtime]\ncheckpoint_every = -5").starts_with("s.toml:2: "));
  BOOST_TEST(
      refusal_of("[data]\ntest_fraction = 1.0") ==
      "s.toml:2: data.test_fraction: 1 leaves nothing to train on; it must be above 0 and below 1");
  BOOST_TEST(refusal_of("[optimizer]\nrate = nan").starts_with("s.toml:2: optimizer.rate: nan"));
}

BOOST_AUTO_TEST_CASE(a_name_that_is_no_folder) {
  BOOST_TEST(refusal_of("[scenario]\nname = \"../up\"").starts_with("s.toml:2: scenario.name: "));
  BOOST_TEST(refusal_of("[scenario]\nname = \"\"").starts_with("s.toml:2: scenario.name: "));
}

BOOST_AUTO_TEST_CASE(settings_that_have_no_effect_together) {
  BOOST_TEST(refusal_of("[runtime]\nworld = \"local\"\ninterleaving = \"seeded\"")
                 .starts_with("s.toml:3: runtime.interleaving: "));
  BOOST_TEST(refusal_of("[runtime]\ngradients = \"none\"\n[scenario]\ntarget_accuracy = 0.5")
                 .starts_with("s.toml:4: scenario.target_accuracy: "));
  BOOST_TEST(refusal_of("[optimizer]\nserver = { kind = \"adam\" }")
                 .starts_with("s.toml:2: optimizer.server.kind: "));
}

BOOST_AUTO_TEST_CASE(more_stragglers_than_workers) {
  BOOST_TEST(build_refusal("[topology]\nworkers = 6\n[coding]\npolicy = \"cyclic\"\nstragglers = 7")
                 .starts_with("s.toml:5: coding.stragglers: 7 stragglers among 6 senders"));
}

BOOST_AUTO_TEST_CASE(a_part_count_that_does_not_fit_a_code) {
  BOOST_TEST(build_refusal("[topology]\nworkers = 6\n[coding]\npolicy = \"uncoded\"\nparts = 4")
                 .starts_with("s.toml:5: coding.parts: 4 parts"));
}

BOOST_AUTO_TEST_CASE(more_parts_than_samples) {
  BOOST_TEST(build_refusal("[coding]\nparts = 100\n[data]\nlimit = 60")
                 .starts_with("s.toml:2: coding.parts: 100 parts for 48 training samples"));
}

BOOST_AUTO_TEST_CASE(coded_workers_with_local_steps) {
  BOOST_TEST(build_refusal("[optimizer]\nlocal_steps = 5\n[coding]\npolicy = \"cyclic\"\n"
                           "stragglers = 1\n[topology]\nworkers = 4")
                 .starts_with("s.toml:2: optimizer.local_steps: 5 cannot be combined"));
}

BOOST_AUTO_TEST_CASE(batch_norm_across_coded_parts) {
  BOOST_TEST(build_refusal("[model]\nkind = \"resnet20\"\n[coding]\npolicy = \"cyclic\"\n"
                           "stragglers = 1")
                 .starts_with("s.toml:2: model.kind: \"resnet20\" has batch norm"));
}

BOOST_AUTO_TEST_CASE(a_tree_without_workers) {
  BOOST_TEST(build_refusal("[topology]\nedges = [4, 0]")
                 .starts_with("s.toml:2: topology.edges: an edge with 0 workers"));
}

BOOST_AUTO_TEST_CASE(a_partition_list_of_another_length) {
  BOOST_TEST(build_refusal("[topology]\nworkers = 4\n[data]\nlimit = 100\n"
                           "partition = { kind = \"sizes\", sizes = [1, 2] }")
                 .starts_with("s.toml:5: data.partition."));
}

BOOST_AUTO_TEST_CASE(a_delay_list_of_another_length) {
  BOOST_TEST(build_refusal("[topology]\nworkers = 4\n[delays]\nmodel = \"shifted-exponential\"\n"
                           "workers = [{ link_s = 1 }, { link_s = 2 }]")
                 .starts_with("s.toml:5: delays.workers: "));
}

BOOST_AUTO_TEST_CASE(a_dataset_that_is_not_there) {
  BOOST_TEST(build_refusal("[data]\nsource = \"idx\"\npath = \"/nowhere/mnist\"") ==
             "s.toml:3: data.path: /nowhere/mnist: there is no such folder");
}

BOOST_AUTO_TEST_CASE(impossible_codes_are_refused_by_key_with_what_would_be_right) {
  struct impossible {
    std::vector<std::string> settings;
    std::string key;
    std::string right;
  };
  const std::string tree = "topology.edges=[2, 3]";
  const std::vector<impossible> requests{
      {{"coding.policy=polynomial", "coding.stragglers=10"},
       "coding.stragglers",
       "between 0 and 9"},
      {{"coding.policy=uncoded", "coding.parts=3"}, "coding.parts", "at least 10"},
      {{"coding.policy=cyclic", "coding.stragglers=2", "coding.parts=11"},
       "coding.parts",
       "10 or 20"},
      {{"coding.policy=hierarchical", tree, "coding.edge_stragglers=2"},
       "coding.edge_stragglers",
       "1"},
      {{"coding.policy=hierarchical", tree, "coding.worker_stragglers=2"},
       "coding.worker_stragglers",
       "1"},
      {{"coding.policy=hierarchical"}, "coding.policy", "polynomial"},
      {{"coding.policy=cyclic", "coding.stragglers=5", "topology.workers=20",
        "compression.values=fp16"},
       "compression.values",
       "fractional-repetition"},
      {{"coding.policy=two-stage", "compression.values=bf16"}, "compression.values", "fp32"},
      {{"coding.policy=cyclic", "coding.stragglers=2", "optimizer.local_steps=4"},
       "optimizer.local_steps",
       "uncoded"},
      {{"coding.policy=fractional-repetition", "coding.stragglers=1", "model.kind=resnet20"},
       "model.kind",
       "uncoded"},
      {{"coding.policy=communication-efficient", "coding.beyond=reissue"}, "coding.beyond", "fail"},
      {{"coding.policy=asynchronous", tree}, "coding.policy", "star"},
      {{"coding.policy=oracle", "runtime.world=local"}, "coding.policy", "another"},
      {{"coding.replan_every=5"}, "coding.replan_every", "auto"}};
  for (const auto& [settings, key, right] : requests) {
    const std::string said = build_refusal("", settings);
    BOOST_TEST_CONTEXT(settings.front() << ": " << said) {
      BOOST_TEST(said.find(key + ":") != std::string::npos);
      BOOST_TEST(said.find("; ") != std::string::npos);
      BOOST_TEST(said.find(right, said.find("; ")) != std::string::npos);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_scenario_ends_stops_and_cuts_off_nobody_who_is_real) {
  const std::vector<std::string> real = {"runtime.world=local", "cluster.peer_timeout_s=5"};
  const auto said = [&real](const std::string& fault) {
    return build_refusal("[[faults]]\n" + fault, real);
  };
  for (const std::string kind : {"crash", "pause"})
    BOOST_TEST(said("kind = \"" + kind + "\"\nnode = \"worker/1\"\n") ==
               "s.toml:2: faults[0].kind: \"" + kind +
                   "\" ends, stops or cuts off a node, which needs runtime.world = "
                   "\"simulated\"; in \"local\", kill or stop the process itself, or cut its "
                   "links with echelon_proxy");
  const std::string cut = "kind = \"partition\"\nlink = \"worker/1\"\n";
  BOOST_TEST(said(cut + "for_s = 6\n").find("cuts off") != std::string::npos);
  BOOST_TEST(said(cut + "for_s = 4\n") == "accepted");
  BOOST_TEST(said("kind = \"lie\"\nnode = \"worker/1\"\n") == "accepted");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::experiments
