#include <cmath>

#include <boost/test/unit_test.hpp>

#include "algorithms/hierarchy/periods.hpp"
#include "algorithms/hierarchy/tiers.hpp"
#include "tests/support/averaging_trees.hpp"

namespace echelon::hierarchy {
namespace {

const auto each = boost::test_tools::per_element();

std::string refusal_of(std::vector<index> by_level) {
  const auto made = periods::make(std::move(by_level));
  BOOST_REQUIRE(!made);
  return made.error().detail;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(averaging_periods)

BOOST_AUTO_TEST_CASE(the_highest_level_that_is_due_averages) {
  const periods when = every({12, 6, 2});
  std::vector<index> due;
  for (index step = 0; step < 12; ++step)
    due.push_back(when.due(step).value_or(0));
  BOOST_TEST(due == (std::vector<index>{0, 3, 0, 3, 0, 2, 0, 3, 0, 3, 0, 1}), each);
}

BOOST_AUTO_TEST_CASE(nested_rounds_average_at_the_same_steps_as_the_flat_rule) {
  random_stream random{1, "tests.periods"};
  for (int trial = 0; trial < 100; ++trial) {
    const index local = 1 + random.below(3);
    const index middle = local * (1 + random.below(4));
    const periods when = every({middle * (1 + random.below(3)), middle, local});
    std::vector<index> nested;  // the level that averages after each worker step
    for (index outer = 0; outer < when.inner_rounds(1); ++outer)
      for (index inner = 0; inner < when.inner_rounds(2); ++inner)
        for (index step = 1; step <= when.local_steps(3); ++step) {
          const bool last = step == when.local_steps(3);
          const bool last_inner = last && inner + 1 == when.inner_rounds(2);
          const bool last_outer = last_inner && outer + 1 == when.inner_rounds(1);
          nested.push_back(last_outer ? 1 : last_inner ? 2 : last ? 3 : 0);
        }
    BOOST_TEST(std::ssize(nested) == when.at(1));
    for (index step = 0; step < std::ssize(nested); ++step)
      BOOST_TEST(when.due(step).value_or(0) == nested[slot(step)]);
  }
}

BOOST_AUTO_TEST_CASE(groups_may_have_periods_of_their_own) {
  const periods when = periods::with_groups({12}, {4, 3, 12}).value();
  BOOST_TEST(when.levels() == 2);
  BOOST_TEST(when.at(2) == 12);  // the longest, as the bound needs it
  BOOST_TEST(when.due(2, 1).value() == 2);
  BOOST_TEST(!when.due(2, 0));
  BOOST_TEST(when.due(11, 1).value() == 1);
  BOOST_TEST(when.inner_rounds(1, 0) == 3);
  BOOST_TEST(when.inner_rounds(1, 2) == 1);
  BOOST_TEST(when.local_steps(2, 1) == 3);
  BOOST_TEST(when.local_steps(1) == 12);  // a worker right below the root
}

BOOST_AUTO_TEST_CASE(what_is_wrong_is_said_in_one_sentence) {
  BOOST_TEST(refusal_of({}) == "no periods; there must be one for each level, root first");
  BOOST_TEST(refusal_of({0}) == "the period of level 1 is 0; it must be at least 1");
  BOOST_TEST(refusal_of({50, 20}) ==
             "the period 20 of level 2 does not divide 50, the period of the level above it");
  BOOST_TEST(refusal_of({5, 50}) ==
             "the period 50 of level 2 does not divide 5, the period of the level above it");
  const auto groups = periods::with_groups({12}, {4, 5});
  BOOST_REQUIRE(!groups);
  BOOST_TEST(groups.error().detail ==
             "the period 5 of group 1 does not divide 12, the period of the level above it");
  BOOST_TEST(!periods::with_groups({12}, {}));
}

BOOST_AUTO_TEST_CASE(scenarios_list_a_number_for_each_level_or_lowest_group) {
  const tiers two{tree_of({2, 2})};
  BOOST_TEST(read_periods(value{value_list{12, 4}}, two)->by_level() == (std::vector<index>{12, 4}),
             each);
  const auto own = read_periods(value{value_list{12, value_list{4, 6}}}, two).value();
  BOOST_TEST(own.of_groups() == (std::vector<index>{4, 6}), each);
  const auto refused = [&](value_list list, const tiers& where) {
    const auto made = read_periods(value{std::move(list)}, where);
    return made ? "" : made.error().detail;
  };
  BOOST_TEST(
      refused({12}, two) ==
      "hierarchy.periods: [12] is not a list of one number for each of 2 levels, root first");
  BOOST_TEST(refused({12, 5}, two) ==
             "hierarchy.periods: the period 5 of level 2 does not divide 12, the period of the "
             "level above it");
  BOOST_TEST(refused({12, "4"}, two) == "hierarchy.periods: \"4\" is not a whole number of steps");
  BOOST_TEST(refused({12, value_list{4}}, two) ==
             "hierarchy.periods: [4] are 1 periods for 2 groups below the root");
  BOOST_TEST(refused({12, value_list{4, 5}}, two) ==
             "hierarchy.periods: the period 5 of group 1 does not divide 12, the period of the "
             "level above it");
  BOOST_TEST(refused({value_list{4}}, tiers{tree::star(3)}) ==
             "hierarchy.periods: [4] are 1 periods for 0 groups below the root");
}

BOOST_AUTO_TEST_CASE(tiers_give_a_worker_that_hangs_high_a_group_of_its_own) {
  const tree shape = tree_of({3, value_list{2, 1}});  // edges of 3 workers, and of edges of 2 and 1
  const tiers where{shape};
  BOOST_TEST(where.node_counts() == (std::vector<index>{1, 2, 5, 6}), each);
  BOOST_TEST(where.nodes(2)[1].first_worker == 1);
  BOOST_TEST(where.nodes(2)[3].worker_count == 2);
  BOOST_TEST(where.nodes(2)[3].parent == 1);
  BOOST_TEST(where.nodes(3)[4].parent == 3);
  BOOST_TEST(where.nodes(1)[1].weight == 0.5, boost::test_tools::tolerance(1e-15));
}

BOOST_AUTO_TEST_CASE(noise_shares_of_uniform_weights_are_node_counts_over_workers) {
  random_stream random{2, "tests.tiers"};
  for (int trial = 0; trial < 100; ++trial) {
    const tiers where{tree_of(random_edges(random, 5))};
    const auto counts = where.node_counts();
    for (index tier = 0; tier <= where.levels(); ++tier)
      BOOST_TEST(where.noise_share(tier) * static_cast<double>(where.workers()) ==
                     static_cast<double>(counts[slot(tier)]),
                 boost::test_tools::tolerance(1e-12));
  }
}

BOOST_AUTO_TEST_CASE(weights_that_cannot_be_are_refused) {
  const tree shape = tree::star(2);
  const std::vector<std::vector<double>> wrong{
      {1}, {1, -1}, {0, 0}, {1, std::nan("")}, {1e308, 1e308}};
  for (const auto& weights : wrong)
    BOOST_TEST(!tiers::weighted(shape, weights));
  BOOST_TEST(tiers::weighted(shape, std::vector<double>{0, 2})->weight(1) == 1);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::hierarchy
