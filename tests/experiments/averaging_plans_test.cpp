#include <algorithm>
#include <cmath>

#include <boost/test/unit_test.hpp>

#include "experiments/plan/scenario_plan.hpp"
#include "tests/support/scenario_texts.hpp"

// What `echelon plan` says of compression and of averaging.
namespace echelon::experiments {
namespace {

constexpr std::string_view near_and_far = R"([scenario]
rounds = 20
[data]
samples = 400
partition = { kind = "classes", per_node = 2 }
[model]
kind = "softmax"
[topology]
edges = [5, 5]
[hierarchy]
periods = [20, 5]
[optimizer]
rate = 0.01
batch = 8
[delays]
model = "shifted-exponential"
worker = { compute_shift_s = 0.01 }
[links]
near = { bandwidth_bps = 1e8, latency_s = 0.001 }
far = { bandwidth_bps = 1e6, latency_s = 0.05 }
)";

constexpr std::string_view thin_links = R"([scenario]
rounds = 20
[data]
samples = 400
partition = { kind = "quantity", shape = "geometric", skew = 50 }
[model]
kind = "softmax"
[topology]
workers = 4
[hierarchy]
weights = "samples"
[compression]
policy = "top-k"
ratios = "dagc-r"
feedback = "ef14"
budget = 0.02
)";

nlohmann::ordered_json planned(std::string_view text, const std::vector<std::string>& settings) {
  const auto built = tests::resolved(text, settings);
  BOOST_REQUIRE_MESSAGE(built, (built ? "" : built.error().detail));
  const auto plan = plan_scenario(*built, policy_catalogues{});
  BOOST_REQUIRE_MESSAGE(plan, (plan ? "" : plan.error().detail));
  BOOST_TEST(!plan_text(*plan).empty());
  return plan_json(*plan);
}

std::string refusal(std::string_view text, const std::vector<std::string>& settings) {
  const auto built = tests::resolved(text, settings);
  BOOST_REQUIRE_MESSAGE(built, (built ? "" : built.error().detail));
  const auto made = build(*built, policy_catalogues{});
  return made ? "accepted" : made.error().detail;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(averaging_plans)

BOOST_AUTO_TEST_CASE(averaging_has_the_contracts_fields_and_no_compression) {
  const auto found = planned(near_and_far, {});
  for (const char* field : {"periods", "upward_divergence", "downward_divergence", "bound"})
    BOOST_TEST(found.at("hierarchy").contains(field), field);
  BOOST_TEST(found.at("hierarchy").at("periods").dump() == "[20,5]");
  BOOST_TEST(!found.contains("compression"));
  BOOST_TEST(found.contains("coding"));
}

BOOST_AUTO_TEST_CASE(both_hops_are_charged) {
  const auto found = planned(near_and_far, {}).at("hierarchy");
  constexpr double bits = 8.0 * 4 * (784 * 10 + 10);
  const auto close = boost::test_tools::tolerance(1e-6);
  BOOST_TEST(found.at("exchange_s")[0].get<double>() == 2 * (0.05 + bits / 1e6), close);
  BOOST_TEST(found.at("exchange_s")[1].get<double>() == 2 * (0.001 + bits / 1e8), close);
  const double steps = 20 * 20;
  BOOST_TEST(found.at("own").at("communication_s").get<double>() ==
                 steps / 20 * found.at("exchange_s")[0].get<double>() +
                     steps / 5 * found.at("exchange_s")[1].get<double>(),
             close);
}

BOOST_AUTO_TEST_CASE(the_frontier_trades_error_for_time_and_the_proposal_is_no_worse) {
  const auto found = planned(near_and_far, {}).at("hierarchy");
  const auto& frontier = found.at("frontier");
  BOOST_REQUIRE(frontier.size() > 2U);
  for (std::size_t i = 1; i < frontier.size(); ++i) {
    BOOST_TEST(frontier[i].at("communication_s").get<double>() >
               frontier[i - 1].at("communication_s").get<double>());
    BOOST_TEST(frontier[i].at("bound").get<double>() < frontier[i - 1].at("bound").get<double>());
  }
  BOOST_TEST(found.at("proposal").at("bound").get<double>() <=
             found.at("own").at("bound").get<double>() * (1 + 1e-9));
  BOOST_TEST(found.at("proposal").at("wall_s").get<double>() <=
             found.at("own").at("wall_s").get<double>() * (1 + 1e-9));
}

BOOST_AUTO_TEST_CASE(a_rate_beyond_the_theorem_has_no_bound) {
  const auto found = planned(near_and_far, {"optimizer.rate=5"}).at("hierarchy");
  BOOST_TEST(!std::isfinite(found.at("bound").get<double>()));
  BOOST_TEST(found.at("rate_max").get<double>() < 5);
}

BOOST_AUTO_TEST_CASE(groups_that_share_the_mix_diverge_downwards) {
  const auto apart = planned(near_and_far, {}).at("hierarchy");
  const auto mixed = planned(near_and_far, {"hierarchy.groups=group-iid"}).at("hierarchy");
  BOOST_TEST(mixed.at("upward_divergence").get<double>() <
             apart.at("upward_divergence").get<double>());
}

BOOST_AUTO_TEST_CASE(local_steps_without_a_tree_are_one_level) {
  const auto found = planned(thin_links, {"compression.policy=none", "optimizer.local_steps=4"});
  BOOST_TEST(found.at("hierarchy").at("periods").dump() == "[4]");
}

BOOST_AUTO_TEST_CASE(compression_has_the_contracts_fields_one_value_a_worker) {
  const auto found = planned(thin_links, {}).at("compression");
  BOOST_TEST(found.at("policy") == "top-k");
  BOOST_TEST(found.at("thresholds").empty());
  BOOST_REQUIRE(found.at("ratios").size() == 4U);
  double sum = 0;
  for (const auto& ratio : found.at("ratios"))
    sum += ratio.get<double>();
  BOOST_TEST(sum == 4 * 0.02, boost::test_tools::tolerance(1e-9));
  BOOST_TEST(found.at("coordinates").size() == 4U);
  BOOST_TEST(found.at("objective").get<double>() <= found.at("objective_uniform").get<double>());
  BOOST_TEST(found.at("bounds").contains("rate_max_refined"));
}

BOOST_AUTO_TEST_CASE(the_refined_bound_is_finite_at_higher_rates_and_never_above_the_published) {
  const auto found = planned(thin_links, {"optimizer.rate=1e-7"}).at("compression").at("bounds");
  BOOST_TEST(found.at("bound_refined").get<double>() <= found.at("bound_published").get<double>());
  BOOST_TEST(found.at("rate_max_refined").get<double>() >=
             found.at("rate_max_published").get<double>());
}

BOOST_AUTO_TEST_CASE(no_bound_is_claimed_for_what_no_theorem_covers) {
  for (const char* setting : {"optimizer.kind=adam", "optimizer.clip=1",
                              "compression.feedback=none", "compression.policy=qsgd"}) {
    const auto found = planned(thin_links, {setting});
    BOOST_TEST(found.at("compression").at("bounds").empty(), setting);
  }
}

BOOST_AUTO_TEST_CASE(thresholds_are_planned_for_those_who_take_them) {
  const auto found = planned(thin_links,
                             {"compression.policy=threshold", "compression.threshold=0.01",
                              "compression.ratios=dagc-a"})
                         .at("compression");
  BOOST_TEST(found.at("thresholds").size() == 4U);
  BOOST_TEST(found.at("bounds").contains("rate_max_absolute"));
}

BOOST_AUTO_TEST_CASE(estimated_divergences_need_probes_of_every_sender) {
  const std::string
      estimated = "compression.ratios={ kind = \"dagc-r\", divergence = \"estimated\" }";
  BOOST_TEST(refusal(thin_links, {estimated}).find("hierarchy.probe_every") != std::string::npos);
  BOOST_TEST(refusal(thin_links, {estimated, "hierarchy.probe_every=5"}) == "accepted");
}

BOOST_AUTO_TEST_CASE(probes_are_refused_by_name_where_there_is_nothing_to_probe) {
  BOOST_TEST(refusal(near_and_far, {"hierarchy.probe_every=2"}) == "accepted");
  BOOST_TEST(refusal("[coding]\npolicy = \"cyclic\"\nstragglers = 1\n[data]\nsamples = 200\n",
                     {"hierarchy.probe_every=2"})
                 .find("hierarchy.probe_every: 2 asks") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::experiments
