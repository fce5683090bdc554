#include "tests/support/peer_scenarios.hpp"

#include "experiments/scenario/describe.hpp"

// The toy of specification 13.5, as experiments/dimat-toy.toml sets it up.
namespace echelon::experiments {
namespace {

result<scenario> toy(std::vector<std::string> settings, int rounds) {
  settings.push_back(fmt::format("scenario.rounds={}", rounds));
  return tests::example("dimat-toy.toml", settings);
}

double merged_after(const std::vector<std::string>& settings, int rounds) {
  return tests::merged_accuracies(toy(settings, rounds).value()).back();
}

const std::vector<std::string> averaging{"merging.policy=average", "merging.bn_reset=cumulative"};
const std::vector<std::string> lowest{"merging.reference=lowest-id"};
const std::vector<std::string> ordered{"merging.policy=sync"};

std::vector<std::string> joined(std::vector<std::string> one,
                                const std::vector<std::string>& more) {
  one.insert(one.end(), more.begin(), more.end());
  return one;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(dimat_toy)

BOOST_AUTO_TEST_CASE(matching_beats_averaging_by_25_points_at_the_first_merge_of_even_data) {
  const double averaged = merged_after(averaging, 1);
  BOOST_TEST(merged_after({}, 1) >= averaged + 0.25);
  BOOST_TEST(merged_after(ordered, 1) >= averaged + 0.2);
}

BOOST_AUTO_TEST_CASE(and_by_10_where_each_peer_has_four_classes) {
  const std::vector<std::string> skewed{"data.partition.kind=classes", "data.partition.per_node=4"};
  BOOST_TEST(merged_after(skewed, 1) >= merged_after(joined(skewed, averaging), 1) + 0.1);
}

BOOST_AUTO_TEST_CASE(everybody_taking_up_one_order_keeps_what_the_first_merge_won) {
  const std::vector<std::string> full{"topology.graph=full"};
  const double averaged = merged_after(joined(full, averaging), 1);
  BOOST_TEST(merged_after(joined(full, lowest), 1) >= averaged + 0.25);
  BOOST_TEST(merged_after(joined(full, ordered), 1) >= averaged + 0.25);
}

BOOST_AUTO_TEST_CASE(a_run_of_peers_is_described_by_its_peers_and_its_rule) {
  const auto made = toy({}, 1).value();
  const auto setup = build(made, policy_catalogues{}).value();
  BOOST_TEST(describe(made, *setup).find("5 peers (ring of 5 edges), dimat") != std::string::npos);
  BOOST_TEST(facts_json(made, *setup)["merging"] == "dimat");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::experiments
