#include <algorithm>
#include <cmath>

#include <boost/test/unit_test.hpp>

#include "algorithms/hierarchy/proposal.hpp"
#include "tests/support/averaging_trees.hpp"

namespace echelon::hierarchy {
namespace {

/// Ten workers in two random groups; the far hop takes so many times the near one.
averaging_task two_levels(double far) {
  const std::vector<index> counts{1, 2, 10};
  return {.problem = {.gap = 1, .smoothness = 1, .noise = 1},
          .where = drift_profile::random(counts, 1),
          .exchange_s = {far * 0.01, 0.01},
          .step_s = 0.001,
          .steps = 10'000,
          .period_max = 60};
}

averaging_frontier plan(const averaging_task& task) { return plan_averaging(task).value(); }

averaging_option chosen(averaging_task task, double wall_s) {
  task.wall_s = wall_s;
  return plan(task).chosen.value();
}

std::string refusal_of(const averaging_task& task) {
  const auto planned = plan_averaging(task);
  return planned ? "" : planned.error().detail;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(averaging_frontiers)

BOOST_AUTO_TEST_CASE(both_hops_are_charged) {
  // MNIST after Jiang et al., 50,10 in 13,800 steps: 1.5 s by the near hop alone, 4.5 s by both.
  averaging_task task = two_levels(10);
  task.exchange_s = {10.9e-3, 1.09e-3};
  const auto option = predict(task, every({50, 10}), 13'800);
  BOOST_TEST(option.communication_s == 1.5042 + 3.0084, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(option.wall_s == option.communication_s + 13.8, boost::test_tools::tolerance(1e-12));
  const hop slow{.round_trip_s = 0.05, .bandwidth_bps = 8e6};
  BOOST_TEST(slow.exchange_s(1e6) == 2.05, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(hop{.round_trip_s = 0.05}.exchange_s(1e6) == 0.05);
}

BOOST_AUTO_TEST_CASE(nothing_beats_the_frontier_and_everything_else_is_beaten) {
  const averaging_task task = two_levels(10);
  const auto found = plan(task);
  BOOST_TEST(found.options.size() > 5);
  for (std::size_t i = 1; i < found.options.size(); ++i) {
    BOOST_TEST(found.options[i].communication_s > found.options[i - 1].communication_s);
    BOOST_TEST(found.options[i].error < found.options[i - 1].error);
  }
  index considered = 0;
  for (const index local : {1, 2, 3, 4, 5, 6, 8, 9, 10, 12, 15, 16, 18, 20, 24, 25, 27, 30})
    for (index global = local; global <= 60; global += local) {
      const auto other = predict(task, every({global, local}), task.steps);
      const auto beats = [&](const averaging_option& option) {
        return option.communication_s <= other.communication_s && option.error <= other.error;
      };
      // Ratios with other primes are not considered; they lie above the frontier's steps.
      const index ratio = global / local;
      if (ratio % 7 != 0 && ratio % 11 != 0 && ratio % 13 != 0 && ratio < 17) {
        BOOST_TEST(std::ranges::any_of(found.options, beats));
        ++considered;
      }
    }
  BOOST_TEST(considered > 100);
}

BOOST_AUTO_TEST_CASE(the_choice_uses_up_its_budget_and_beats_flat_averaging) {
  const averaging_task task = two_levels(30);
  for (const double wall_s : {10.0, 100.0, 1000.0}) {
    const auto best = chosen(task, wall_s);
    BOOST_TEST(best.wall_s <= wall_s);
    BOOST_TEST(best.wall_s > 0.95 * wall_s);
    for (const index flat : {1, 5, 10, 20, 50}) {
      const double a_step = task.step_s +
                            (task.exchange_s[0] + task.exchange_s[1]) / static_cast<double>(flat);
      const auto other = predict(task, every({flat, flat}), std::floor(wall_s / a_step));
      BOOST_TEST(best.error <= other.error * (1 + 1e-9));
    }
  }
}

BOOST_AUTO_TEST_CASE(what_costs_nothing_is_done_always) {
  averaging_task free_far = two_levels(0);
  const auto together = chosen(free_far, 50);
  BOOST_TEST(together.when.at(1) == together.when.at(2));
  averaging_task free_near = two_levels(10);
  free_near.exchange_s[1] = 0;
  BOOST_TEST(chosen(free_near, 50).when.at(2) == 1);
}

BOOST_AUTO_TEST_CASE(the_dearer_the_far_hop_the_longer_the_global_period_of_a_long_run) {
  index before = 0;
  for (const double far : {1.0, 5.0, 10.0, 30.0, 100.0}) {
    averaging_task task = two_levels(far);
    task.period_max = 200;
    const index global = chosen(task, 1e5).when.at(1);
    BOOST_TEST(global > before);
    before = global;
  }
}

BOOST_AUTO_TEST_CASE(deep_trees_are_planned_within_the_cap) {
  const std::vector<index> counts{1, 2, 4, 8, 16, 32};
  averaging_task task = two_levels(10);
  task.where = drift_profile::random(counts, 1);
  task.exchange_s = {0.1, 0.05, 0.02, 0.01, 0.005};
  task.period_max = 1000;
  const auto found = plan(task);
  BOOST_TEST(found.considered <= 4096);
  BOOST_TEST(found.considered > 500);
  for (const auto& option : found.options)
    BOOST_TEST(option.when.levels() == 5);
}

BOOST_AUTO_TEST_CASE(equal_drift_trades_local_rounds_for_global_ones) {
  const double global = equal_drift_period(10, 2, 10, 5);
  BOOST_TEST(std::round(global) == 26);
  BOOST_TEST(1 * global * global + 8 * 5 * 5 == 9 * 10 * 10, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(equal_drift_period(10, 2, 7, 7) == 7, boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(groups_alike_are_proposed_and_make_global_averages_rare) {
  // One class a worker; gradients point at their classes. Neighbours share them.
  const tree shape = tree_of({5, 5});
  shard_profiles shards{matrix::Zero(10, 5), std::vector<double>(10, 1.0)};
  for (index shard = 0; shard < 10; ++shard)
    shards.mixes(shard, shard / 2) = 1;
  averaging_task task = two_levels(10);
  task.wall_s = 1000;
  const auto found = propose_groups(task, shape, shards, 2 * shards.mixes, 1).value();
  BOOST_REQUIRE(found.size() == 3);
  BOOST_TEST(found[0].grouping == "group-iid");
  const auto& neighbours = *std::ranges::find(found, "contiguous", &group_proposal::grouping);
  BOOST_TEST(found[0].apart.upward() < 1e-15);
  for (const auto& each : found)  // conserved, whoever sits where
    BOOST_TEST(each.apart.total() == 4 * 0.8, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(found[0].best().error < 0.9 * neighbours.best().error);
  BOOST_TEST(found[0].best().when.at(1) > neighbours.best().when.at(1));
  task.wall_s.reset();
  const auto least = propose(task, "contiguous", shape, shards, 2 * shards.mixes, 1).value();
  BOOST_TEST(least.best().error == least.plan.options.back().error);
  BOOST_TEST(!propose(task, "listed", shape, shards, shards.mixes, 1));
}

BOOST_AUTO_TEST_CASE(tasks_that_cannot_be_planned_are_refused) {
  averaging_task task = two_levels(10);
  task.exchange_s.pop_back();
  BOOST_TEST(refusal_of(task) == "2 levels of averaging with 1 times of exchange; each has one");
  task = two_levels(10);
  task.problem.smoothness = 0;
  BOOST_TEST(refusal_of(task) == "the smoothness is 0; the bound needs one above 0");
  task = two_levels(10);
  task.problem.gap = std::nan("");
  BOOST_TEST(refusal_of(task) == "the gap, the noise or a level's divergence is not a number "
                                 "from 0 on; run a probe that does not diverge");
  task = two_levels(10);
  task.wall_s = 0.0005;
  BOOST_TEST(refusal_of(task) ==
             "a budget of 0.0005 s cannot be planned for: no periods give it a finite number of "
             "steps, at least one; a step takes 0.001 s");
  task.step_s = -1;
  BOOST_TEST(refusal_of(task) == "the time of a step or an exchange is not a number from 0 s on");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::hierarchy
