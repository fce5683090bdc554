#include <algorithm>

#include <boost/test/unit_test.hpp>

#include "experiments/plan/break_even_report.hpp"
#include "experiments/plan/scenario_plan.hpp"
#include "tests/support/scenario_texts.hpp"

// `echelon plan` without the process around it; commands_test runs the command.
namespace echelon::experiments {
namespace {

/// Cluster A of specification 6.3 with every node slow by ten in a tenth of all rounds.
constexpr std::string_view transient = R"([data]
samples = 400
[model]
kind = "softmax"
[topology]
edges = [10, 10, 10, 10]
[delays]
model = "shifted-exponential"
worker = { compute_shift_s = 10, compute_rate_per_s = 0.1, link_s = 10, link_loss = 0.1 }
edge = { link_s = 20, link_loss = 0.1 }
slow = { probability = 0.1, factor = 10 }
)";

nlohmann::ordered_json planned(std::string_view text, const std::vector<std::string>& settings) {
  const auto built = tests::resolved(text, settings);
  BOOST_REQUIRE_MESSAGE(built, built.error().detail);
  const auto plan = plan_scenario(*built, policy_catalogues{});
  BOOST_REQUIRE_MESSAGE(plan, plan.error().detail);
  BOOST_TEST(plan_text(*plan).find(plan->coding->answer.chosen.name) != std::string::npos);
  return plan_json(*plan).at("coding");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(planning)

BOOST_AUTO_TEST_CASE(every_field_of_the_contract_is_there_whoever_chooses) {
  for (const char* plan : {"coding.plan=none", "coding.plan=jncss", "coding.plan=auto"}) {
    const auto found = planned(transient, {plan});
    for (const char* field :
         {"policy", "layers", "edge_stragglers", "worker_stragglers", "stragglers", "parts",
          "load_parts", "surrogate_s", "predicted_mean_s", "predicted_p95_s", "bound_s",
          "selected_edges", "selected_workers", "alternatives"})
      BOOST_TEST(found.contains(field), plan << " " << field);
    BOOST_TEST(found.at("parts") == 40);
    BOOST_TEST(!found.at("alternatives").empty());
  }
}

BOOST_AUTO_TEST_CASE(auto_repeats_work_under_transient_slowness) {
  const auto found = planned(transient, {"coding.plan=auto"});
  BOOST_TEST(found.at("predicted_mean_s").get<double>() <= 178 * 1.01);
}

BOOST_AUTO_TEST_CASE(auto_says_that_coding_does_not_help_where_nobody_is_slow) {
  const auto found = planned(transient, {"coding.plan=auto", "delays.slow.probability=0",
                                         "delays.worker.compute_rate_per_s=0",
                                         "delays.worker.link_loss=0", "delays.edge.link_loss=0"});
  BOOST_TEST(found.at("policy") == "uncoded");
  BOOST_TEST(found.at("why").get<std::string>().find("coding does not help here") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(means_see_nothing_of_it) {
  const auto found = planned(transient, {"coding.plan=jncss"});
  BOOST_TEST(found.at("edge_stragglers") == 0);
  BOOST_TEST(found.at("worker_stragglers") == 0);
  BOOST_TEST(found.at("predicted_mean_s").get<double>() == 462, boost::test_tools::tolerance(0.03));
}

BOOST_AUTO_TEST_CASE(the_scenarios_own_choice_is_judged_beside_others) {
  const auto found = planned(transient, {"coding.policy=hierarchical", "coding.parts=40",
                                         "coding.layers=['polynomial','polynomial']",
                                         "coding.edge_stragglers=1", "coding.worker_stragglers=2"});
  BOOST_TEST(found.at("predicted_mean_s").get<double>() == 313, boost::test_tools::tolerance(0.03));
  BOOST_TEST(found.at("load_parts") == 6);
  BOOST_TEST(found.at("why").get<std::string>().find("would choose") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_run_gets_the_plan_that_was_chosen) {
  const auto built = tests::resolved(transient, {"coding.plan=auto"}).value();
  const policy_catalogues policies;
  const auto setup = build(built, policies);
  BOOST_REQUIRE_MESSAGE(setup, setup.error().detail);
  BOOST_TEST((*setup)->plan.id == plan_code(built, policies).value().plan.id);
  BOOST_TEST((*setup)->plan.policy != "uncoded");
}

BOOST_AUTO_TEST_CASE(messages_cost_their_bytes) {
  const auto free = planned(transient, {});
  // A softmax over 144 pixels and 10 classes in floats, twice over both hops of 8 kB a second.
  const auto paid = planned(transient, {"links.bandwidth_bps=64000"});
  BOOST_TEST(paid.at("predicted_mean_s").get<double>() >
             free.at("predicted_mean_s").get<double>() + 1);
}

BOOST_AUTO_TEST_CASE(a_map_says_where_coding_pays) {
  const auto built = tests::resolved(transient).value();
  const auto map = map_scenario(built, policy_catalogues{}).value();
  BOOST_TEST(map.cells.size() == map.probabilities.size() * map.factors.size());
  BOOST_TEST(map.at(0, 0).winner.name == "uncoded");
  BOOST_TEST(map.at(3, 3).gain() > 0.5);  // probability 0.1, factor 10
  BOOST_TEST(break_even_json(map).at("break_even").at("cells").size() == map.cells.size());
  BOOST_TEST(break_even_text(map).find("uncoded") != std::string::npos);
  BOOST_TEST(break_even_page(map, "run").find("where coding pays") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::experiments
