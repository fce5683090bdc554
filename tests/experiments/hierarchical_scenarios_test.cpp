#include <boost/test/unit_test.hpp>

#include "experiments/run/build.hpp"
#include "experiments/run/coding_choice.hpp"
#include "experiments/scenario/describe.hpp"
#include "tests/support/scenario_texts.hpp"

namespace echelon::experiments {
namespace {

using tests::resolved;

/// Two edges of four workers under a hierarchical code, and what is added to [coding].
result<actors::training_setup_ptr> built(const std::string& coding,
                                         const std::vector<std::string>& settings = {}) {
  const auto made = resolved("[topology]\nedges = [4, 4]\n[data]\nlimit = 100\n"
                             "[coding]\npolicy = \"hierarchical\"\n" +
                                 coding,
                             settings);
  BOOST_REQUIRE_MESSAGE(made, (made ? "" : made.error().detail));
  return build(*made, policy_catalogues{});
}

std::string refusal(const std::string& coding, const std::vector<std::string>& settings = {}) {
  const auto made = built(coding, settings);
  return made ? "accepted" : made.error().detail;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(hierarchical_scenarios)

BOOST_AUTO_TEST_CASE(the_keys_reach_the_plan) {
  const auto setup = built("layers = [\"polynomial\", \"frc\"]\nedge_stragglers = 1\n"
                           "worker_stragglers = [1, 3]\nparts = 16")
                         .value();
  const coding::work_plan& plan = setup->plan;
  BOOST_TEST(plan.policy == "hierarchical");
  BOOST_TEST(plan.parts == 16);
  BOOST_TEST(plan.layers == (std::vector<std::string>{"polynomial", "frc"}),
             boost::test_tools::per_element());
  BOOST_TEST(plan.root_code->shape().stragglers == 1);
  BOOST_TEST(plan.edge_codes[0]->shape().stragglers == 1);
  BOOST_TEST(plan.edge_codes[1]->shape().stragglers == 3);
}

BOOST_AUTO_TEST_CASE(layers_left_out_are_chosen_and_described) {
  const auto made = resolved("[topology]\nedges = [4, 4]\n[coding]\npolicy = \"hierarchical\"\n"
                             "edge_stragglers = 1\nworker_stragglers = 1")
                        .value();
  const auto setup = build(made, policy_catalogues{}).value();
  BOOST_TEST(describe(made, *setup).find("8 parts, hierarchical (frc over frc)") !=
             std::string::npos);
  BOOST_TEST(facts_json(made, *setup)["layers"].dump() == "[\"frc\",\"frc\"]");
}

BOOST_AUTO_TEST_CASE(a_resolved_hierarchy_reads_back_as_itself) {
  const auto once = resolved("[topology]\nedges = [4, 4]\n[coding]\npolicy = \"hierarchical\"\n"
                             "worker_stragglers = [1, 2]\nlayers = [\"uncoded\", \"polynomial\"]")
                        .value();
  const auto twice = resolved(once.toml()).value();
  BOOST_TEST((coding_choice(twice).value() == coding_choice(once).value()));
}

BOOST_AUTO_TEST_CASE(tolerances_and_layers_that_are_none) {
  BOOST_TEST(refusal("edge_stragglers = 0.5") ==
             "s.toml:7: coding.edge_stragglers: 0.5 is no number of stragglers; it must be 0 or "
             "more");
  BOOST_TEST(refusal("worker_stragglers = [1, -1]") ==
             "s.toml:7: coding.worker_stragglers: -1 is no number of stragglers; it must be 0 or "
             "more");
  BOOST_TEST(refusal("edge_stragglers = []") ==
             "s.toml:7: coding.edge_stragglers: an empty list; it must hold a number for each");
  BOOST_TEST(refusal("layers = [1, 2]") ==
             "s.toml:7: coding.layers: 1 is no name of a code; it must be a text");
}

BOOST_AUTO_TEST_CASE(impossible_plans_name_the_line_of_their_key) {
  BOOST_TEST(refusal("edge_stragglers = 2") ==
             "s.toml:7: coding.edge_stragglers: 2 of the 2 edges below coordinator leave none to "
             "answer; it must be between 0 and 1");
  BOOST_TEST(
      refusal("\nlayers = [\"frc\"]") ==
      "s.toml:8: coding.layers: 1 codes for 2 layers; it must name one for each, root first");
  BOOST_TEST(refusal("stragglers = 1").starts_with("s.toml:7: coding.stragglers: 1 has no effect"));
  BOOST_TEST(refusal("parts = 5").starts_with("s.toml:7: coding.parts: 5 parts leave some"));
  BOOST_TEST(refusal("", {"topology.kind=\"tree\"", "coding.policy=\"uncoded\"",
                          "coding.worker_stragglers=1"})
                 .starts_with("--set: coding.worker_stragglers: has no effect"));
}

BOOST_AUTO_TEST_CASE(replicated_parts_exclude_local_steps_and_batch_norm) {
  BOOST_TEST(refusal("worker_stragglers = 1\n[optimizer]\nlocal_steps = 5")
                 .starts_with("s.toml:9: optimizer.local_steps: 5 cannot be combined with "
                              "coding.policy = \"hierarchical\""));
  BOOST_TEST(refusal("edge_stragglers = 1\n[model]\nkind = \"resnet20\"")
                 .starts_with("s.toml:9: model.kind: \"resnet20\" has batch norm"));
  BOOST_TEST(refusal("[optimizer]\nlocal_steps = 5") == "accepted");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::experiments
