#include <boost/test/unit_test.hpp>

#include "algorithms/hierarchy/grouping.hpp"
#include "tests/support/averaging_trees.hpp"
#include "tests/support/quadratic_averaging.hpp"

namespace echelon::hierarchy {
namespace {

struct averaging_case {
  value_list edges;
  std::vector<index> when;
  std::vector<index> of_groups = {};

  periods schedule() const {
    return of_groups.empty() ? every(when) : periods::with_groups(when, of_groups).value();
  }
};

const std::vector<averaging_case> cases{
    {{8}, {4, 2}},
    {{4, 4}, {20, 5}},
    {{5, 5}, {6, 1}},
    {{1, 7}, {10, 10}},
    {{2, 3, 4}, {12}, {3, 4, 12}},
    {{value_list{2, 3}, value_list{2, 3}}, {20, 10, 5}},
    {{value_list{3, 1}, 4}, {24, 4, 2}},
};

/// How much of the bound a problem's mean run uses.
double used(const quadratic_problem& problem, const tiers& where, const periods& when,
            double rate) {
  constexpr index steps = 400;
  constexpr int repeats = 6;
  double measured = 0;
  divergences apart;
  std::vector<double> groups;
  for (std::uint64_t repeat = 0; repeat < repeats; ++repeat) {
    const auto seen = quadratic_runner{problem, where, when}.run(rate, steps,
                                                                 {repeat, "tests.quadratic_noise"});
    measured += seen.mean_square / repeats;
    apart.by_level.resize(seen.apart.by_level.size());
    groups.resize(seen.group.size());
    for (std::size_t level = 0; level < apart.by_level.size(); ++level)
      apart.by_level[level] = std::max(apart.by_level[level], seen.apart.by_level[level]);
    for (std::size_t group = 0; group < groups.size(); ++group)
      groups[group] = std::max(groups[group], seen.group[group]);
  }
  const descent known{problem.gap(where), problem.smoothness(), problem.noise};
  const double bound = when.of_groups().empty()
                           ? fixed_bound(known, drift_profile::of(where, apart), when, rate, steps)
                                 .total()
                           : grouped_bound(known, where, apart, groups, when, rate, steps).total();
  return measured / bound;
}

matrix end_of(const quadratic_problem& problem, value_list edges, std::vector<index> when) {
  const tiers where{tree_of(std::move(edges))};
  const periods schedule = every(std::move(when));
  return quadratic_runner{problem, where, schedule}
      .run(0.01, 60, {1, "tests.special_cases"})
      .models;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(quadratic_laws)

BOOST_AUTO_TEST_CASE(the_bound_is_never_violated) {
  random_stream random{1, "tests.quadratics"};
  double worst = 0;
  for (const averaging_case& each : cases)
    for (int trial = 0; trial < 8; ++trial) {
      const tree shape = tree_of(each.edges);
      const tiers where = trial % 2 == 0
                              ? tiers{shape}
                              : tiers::weighted(shape, random_weights(random, shape.workers()))
                                    .value();
      const double noise = trial % 4 < 2 ? 1 : 30;
      const auto problem = quadratic_problem::random(random, shape.workers(), 4, noise,
                                                     trial % 3 == 0);
      const periods when = each.schedule();
      const double rate = fixed_rate_max(problem.smoothness(), when) * random.uniform(0.02, 0.95);
      const double share = used(problem, where, when, rate);
      BOOST_TEST(share <= 1);
      worst = std::max(worst, share);
    }
  // A bound far above everything would pass, too.
  BOOST_TEST(worst > 0.2);
  BOOST_TEST_MESSAGE("the most of a bound that was used: " << worst);
}

BOOST_AUTO_TEST_CASE(the_bound_of_random_groups_holds_where_every_global_round_draws_them_anew) {
  random_stream random{3, "tests.regrouped"};
  const tree shape = tree_of({4, 4});
  const tiers where{shape};
  const periods when = every({20, 5});
  const auto policy = read_grouping(value{"random"}).value();
  for (int trial = 0; trial < 6; ++trial) {
    // One Hessian: what gradients differ by does not depend on the model.
    const auto problem = quadratic_problem::random(random, 8, 4, 10, true);
    const double smoothness = problem.smoothness();
    const double rate = simple_rate_max(smoothness, when);
    double measured = 0;
    vector model = vector::Zero(4);
    constexpr index rounds = 40;
    for (index round = 0; round < rounds; ++round) {
      const auto seats = seats_of_round(*policy, regrouping::every_global_round, shape, {},
                                        slot(trial), round)
                             .value();
      const auto seen = quadratic_runner{problem.seated(seats), where, when}.run(model, rate, 20,
                                                                                 random);
      measured += seen.mean_square / rounds;
      model = seen.models.row(0).transpose();
    }
    const double apart = measure_divergences(where, problem.gradients(model)).total();
    const descent known{problem.gap(where), smoothness, problem.noise};
    const auto profile = drift_profile::random(where.node_counts(), apart);
    BOOST_TEST(measured <= simple_bound(known, profile, when, rate, 20 * rounds).total());
  }
}

BOOST_AUTO_TEST_CASE(local_steps_between_near_and_far_averages_end_between_the_two) {
  random_stream random{4, "tests.sandwich"};
  double near = 0, two = 0, five = 0, far = 0;
  for (int trial = 0; trial < 8; ++trial) {
    const auto problem = quadratic_problem::random(random, 10, 3, 0, false);
    const double rate = 0.3 / problem.smoothness();
    const auto rest = [&](value_list edges, std::vector<index> lengths) {
      const tiers where{tree_of(std::move(edges))};
      const periods when = every(std::move(lengths));
      quadratic_runner runner{problem, where, when};
      const vector settled = runner.run(rate, 2000, {1, "tests.settle"}).models.row(0).transpose();
      return problem.gradient(where, settled).squaredNorm();
    };
    near += rest({10}, {5, 5});
    two += rest({5, 5}, {50, 5});
    five += rest({2, 2, 2, 2, 2}, {50, 5});
    far += rest({10}, {50, 50});
  }
  BOOST_TEST(near < two);
  BOOST_TEST(two < five);
  BOOST_TEST(five < far);
}

BOOST_AUTO_TEST_CASE(special_cases_take_the_same_steps_as_what_they_are) {
  random_stream random{2, "tests.special_problem"};
  const auto problem = quadratic_problem::random(random, 6, 3, 1, false);
  const auto differ = [&](const matrix& one, const matrix& other) {
    return (one - other).norm() / other.norm();
  };
  constexpr double rounding = 1e-13;
  const matrix local5 = end_of(problem, {1, 1, 1, 1, 1, 1}, {5, 5});
  // One group is local SGD with period I; equal periods, or a group a worker, with period G.
  BOOST_TEST(differ(end_of(problem, {6}, {20, 5}), local5) < rounding);
  BOOST_TEST(differ(end_of(problem, {3, 3}, {5, 5}), local5) < rounding);
  BOOST_TEST(differ(end_of(problem, {1, 1, 1, 1, 1, 1}, {5, 1}), local5) < rounding);
  // Periods of one: synchronous SGD, where every worker holds the mean after every step.
  const tiers where{tree::star(6)};
  const matrix all = end_of(problem, {2, 4}, {1, 1});
  vector model = vector::Zero(3);
  random_stream noise{1, "tests.special_cases"};
  for (int step = 0; step < 60; ++step) {
    vector mean = problem.gradient(where, model);
    for (index worker = 0; worker < 6; ++worker)
      for (double& each : mean)
        each += std::sqrt(1.0 / 3) * noise.normal() / 6;
    model -= 0.01 * mean;
  }
  for (index worker = 0; worker < 6; ++worker)
    BOOST_TEST((all.row(worker).transpose() - model).norm() < rounding * model.norm());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::hierarchy
