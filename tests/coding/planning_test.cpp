#include <boost/test/unit_test.hpp>

#include "algorithms/coding/work_plan.hpp"
#include "tests/support/codes.hpp"

namespace echelon::coding {
namespace {

tree deep_tree() { return tree::from_edges(value_list{3, value_list{1, 2}, 2}).value(); }

result<work_plan> plan(const tree& topology, std::string_view policy, index parts,
                       index stragglers) {
  return make_plan(topology, codes(),
                   {.policy = std::string{policy}, .parts = parts, .stragglers = stragglers});
}

index parts_below(const work_plan& made, const tree& topology, node_id node) {
  index parts = 0;
  for (const index worker : topology.workers_below(node))
    parts += std::ssize(made.work[static_cast<std::size_t>(worker)]);
  return parts;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(planning)

BOOST_AUTO_TEST_CASE(a_star_runs_the_code_over_its_workers) {
  const auto made = plan(tree::star(6), "fractional-repetition", 6, 1).value();
  BOOST_TEST(made.policy == "fractional-repetition");
  BOOST_TEST(made.edge_codes.empty());
  BOOST_TEST(!made.relayed());
  BOOST_TEST(made.exact());
  BOOST_TEST(made.root_code->shape().senders == 6);
  BOOST_TEST(made.work.size() == 6u);
  BOOST_TEST(made.work[3].front().part == 2);
}

BOOST_AUTO_TEST_CASE(uncoded_sums_at_every_edge_with_shares_in_proportion_to_workers) {
  const tree topology = deep_tree();
  const auto made = plan(topology, "uncoded", 16, 0).value();
  BOOST_TEST(!made.relayed());
  BOOST_TEST(made.root_code->shape().senders == 3);
  BOOST_TEST(made.root_code->shape().parts == 16);
  for (std::int32_t edge = 0; edge < topology.edges(); ++edge) {
    const node_id node{role::edge, edge};
    const auto& code = made.edge_codes[static_cast<std::size_t>(edge)];
    BOOST_REQUIRE(code);
    BOOST_TEST(code->shape().senders == std::ssize(topology.children(node)));
    BOOST_TEST(code->shape().parts == parts_below(made, topology, node));
    BOOST_TEST(code->shape().parts == 2 * std::ssize(topology.workers_below(node)));
    for (index child = 0; child < code->shape().senders; ++child)
      BOOST_TEST(
          std::ssize(code->work(child)) ==
          parts_below(made, topology, topology.children(node)[static_cast<std::size_t>(child)]));
  }
}

BOOST_AUTO_TEST_CASE(any_other_code_runs_over_all_workers_and_edges_relay) {
  const auto made = plan(deep_tree(), "cyclic", 8, 2).value();
  BOOST_TEST(made.relayed());
  BOOST_TEST(made.edge_codes.size() == 5u);
  BOOST_TEST(made.root_code->shape().senders == 8);
  BOOST_TEST(!plan(deep_tree(), "ignore-stragglers", 8, 2)->exact());
}

BOOST_AUTO_TEST_CASE(plans_share_an_id_exactly_when_they_ask_for_the_same_work) {
  const auto id = [](std::string_view policy, index parts, index stragglers) {
    return plan(tree::star(6), policy, parts, stragglers)->id;
  };
  BOOST_TEST(id("cyclic", 6, 1) == id("cyclic", 6, 1));
  BOOST_TEST(id("cyclic", 6, 1) != id("cyclic", 6, 2));
  BOOST_TEST(id("cyclic", 6, 1) != id("cyclic", 12, 1));
  BOOST_TEST(id("uncoded", 6, 0) != id("fractional-repetition", 6, 0));
}

BOOST_AUTO_TEST_CASE(refusals_of_the_code_reach_the_scenario) {
  BOOST_TEST(plan(tree::star(6), "cyclick", 6, 1).error().detail ==
             "coding.policy \"cyclick\" is not known; did you mean \"cyclic\"?");
  BOOST_TEST(plan(deep_tree(), "uncoded", 7, 0).error().detail ==
             "coding.parts: 7 parts for 8 senders leave some without work; it must be at least 8");
  const value settings{value_table{{"speed", 3}}};
  BOOST_TEST(make_plan(tree::star(6), codes(), {.settings = settings}).error().detail ==
             "coding.speed: is not a known key; none is known here");
}

BOOST_AUTO_TEST_CASE(without_a_number_of_parts_every_worker_at_work_gets_one) {
  BOOST_TEST(plan(tree::star(6), "cyclic", 0, 1)->parts == 6);
  BOOST_TEST(make_plan(deep_tree(), codes(), {.idle_workers = {3}})->parts == 7);
}

BOOST_AUTO_TEST_CASE(idle_workers_get_nothing_and_are_not_waited_for) {
  const auto star = make_plan(tree::star(5), codes(),
                              {.policy = "cyclic", .stragglers = 1, .idle_workers = {1, 4}})
                        .value();
  BOOST_TEST(star.work[1].empty());
  BOOST_TEST(star.work[4].empty());
  BOOST_TEST(decodable(*star.root_code, std::vector<index>{0, 3}));
  BOOST_TEST(!decodable(*star.root_code, std::vector<index>{2}));

  const auto sums = make_plan(deep_tree(), codes(), {.idle_workers = {3, 4, 5}}).value();
  BOOST_TEST(sums.parts == 5);
  BOOST_TEST(decodable(*sums.edge_codes[0], std::vector<index>{0, 1, 2}));
  BOOST_TEST(!decodable(*sums.edge_codes[0], std::vector<index>{0, 1}));
  BOOST_TEST(decodable(*sums.root_code, std::vector<index>{0, 2}));  // edge/1 has nobody at work
}

BOOST_AUTO_TEST_CASE(faster_workers_get_more) {
  const auto made = make_plan(tree::star(3), codes(), {.parts = 12, .worker_capacities = {1, 2, 3}})
                        .value();
  BOOST_TEST(made.work[0].size() == 2u);
  BOOST_TEST(made.work[1].size() == 4u);
  BOOST_TEST(made.work[2].size() == 6u);
}

BOOST_AUTO_TEST_CASE(keys_of_a_hierarchy_are_refused_for_flat_codes) {
  BOOST_TEST(
      make_plan(deep_tree(), codes(), {.edge_stragglers = {1}}).error().detail ==
      "coding.edge_stragglers: has no effect with coding.policy = \"uncoded\"; it must be 0, or "
      "the policy \"hierarchical\"");
  BOOST_TEST(make_plan(deep_tree(), codes(), {.layers = {"frc", "frc"}}).error().detail ==
             "coding.layers: has no effect with coding.policy = \"uncoded\"; it must be left out, "
             "or the policy \"hierarchical\"");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::coding
