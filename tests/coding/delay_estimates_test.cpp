#include <boost/test/unit_test.hpp>

#include "algorithms/coding/planning/delay_estimator.hpp"
#include "algorithms/coding/planning/replanning.hpp"
#include "tests/support/clusters.hpp"

namespace echelon::coding::planning {
namespace {

/// An estimator that saw so many rounds of a worker with this law, three parts each.
delay_estimator observer(const delay_law& law, index rounds, bool counts_tries,
                         std::uint64_t seed = 1) {
  delay_estimator seen{rounds};
  random_stream random{seed, "test.observed"};
  for (index round = 0; round < rounds; ++round) {
    const node_round drawn = draw_worker({law}, random);
    timing shown{.parts = 3, .busy_s = 3 * drawn.part_s, .link_s = drawn.link_up_s};
    if (counts_tries)
      shown.tries = drawn.link_up_s / law.link_up_s;
    seen.observe(shown);
  }
  return seen;
}

delay_law slow_at_times(double probability, double factor) {
  delay_law law = plain_worker();
  law.slow_probability = probability;
  law.slow_factor = factor;
  return law;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(delay_estimates)

BOOST_AUTO_TEST_CASE(estimates_approach_the_law_of_a_steady_node) {
  for (const bool counts : {true, false}) {
    const delay_law found = observer(plain_worker(), 2000, counts).law();
    BOOST_TEST(found.compute_shift_s == 10, boost::test_tools::tolerance(0.02));
    BOOST_TEST(found.compute_rate_per_s == 0.1, boost::test_tools::tolerance(0.08));
    BOOST_TEST(found.link_up_s == 10, boost::test_tools::tolerance(1e-9));
    BOOST_TEST(found.link_loss == 0.1, boost::test_tools::tolerance(0.15));
    BOOST_TEST(found.slow_probability < 0.005);
  }
}

BOOST_AUTO_TEST_CASE(estimates_approach_the_law_of_a_node_that_is_slow_at_times) {
  for (const double factor : {5.0, 10.0, 30.0}) {
    const delay_law found = observer(slow_at_times(0.1, factor), 2000, true).law();
    BOOST_TEST(found.slow_probability == 0.1, boost::test_tools::tolerance(0.2));
    BOOST_TEST(found.slow_factor == factor, boost::test_tools::tolerance(0.15));
    BOOST_TEST(found.compute_rate_per_s == 0.1, boost::test_tools::tolerance(0.1));
  }
}

BOOST_AUTO_TEST_CASE(few_rounds_are_enough_to_see_tenfold_slowness) {
  const delay_law found = observer(slow_at_times(0.2, 10), 60, true).law();
  BOOST_TEST(found.slow_probability > 0.1);
  BOOST_TEST(found.slow_probability < 0.3);
  BOOST_TEST(found.slow_factor > 5);
  BOOST_TEST(found.slow_factor < 20);
}

BOOST_AUTO_TEST_CASE(nothing_seen_is_nothing_known) {
  BOOST_TEST((delay_estimator{}.law() == delay_law{}));
  delay_estimator once;
  once.observe({.parts = 2, .busy_s = 6, .link_s = 1});
  BOOST_TEST(once.law().compute_shift_s == 3);
  BOOST_TEST(once.law().compute_rate_per_s == 0);
  BOOST_TEST(once.law().link_loss == 0);
}

BOOST_AUTO_TEST_CASE(old_rounds_are_forgotten) {
  delay_estimator seen{8};
  for (int round = 0; round < 8; ++round)
    seen.observe({.parts = 1, .busy_s = 1});
  for (int round = 0; round < 8; ++round)
    seen.observe({.parts = 1, .busy_s = 7});
  BOOST_TEST(seen.rounds() == 8);
  BOOST_TEST(seen.law().compute_shift_s == 7);
}

BOOST_AUTO_TEST_CASE(persistent_and_transient_slowness_are_told_apart) {
  std::vector<delay_law> laws;
  for (std::uint64_t worker = 0; worker < 8; ++worker)
    laws.push_back(observer(plain_worker(), 200, false, worker).law());
  delay_law always = plain_worker();
  always.compute_shift_s = 40;
  always.compute_rate_per_s = 0.02;
  laws.push_back(observer(always, 200, false).law());
  laws.push_back(observer(slow_at_times(0.1, 10), 200, false).law());
  const auto advice = advise(laws);
  for (std::size_t worker = 0; worker < 8; ++worker)
    BOOST_TEST((advice[worker] == node_advice::keep));
  BOOST_TEST((advice[8] == node_advice::drop));
  BOOST_TEST((advice[9] == node_advice::code_for));
}

BOOST_AUTO_TEST_CASE(another_plan_must_pay_for_moving_its_data) {
  replan_question asked{.current_mean_s = 10,
                        .planned_mean_s = 8,
                        .rounds_left = 100,
                        .parts_moved = 3,
                        .bytes_per_part = 1e6,
                        .bandwidth_bps = 1e6};
  BOOST_TEST(moving_s(asked) == 24);
  BOOST_TEST(replanning_pays(asked));
  asked.rounds_left = 12;
  BOOST_TEST(!replanning_pays(asked));  // it would just break even
  asked.rounds_left = 13;
  BOOST_TEST(replanning_pays(asked));
  asked.planned_mean_s = 10;
  asked.bandwidth_bps = 0;
  BOOST_TEST(!replanning_pays(asked));
}

BOOST_AUTO_TEST_CASE(only_parts_a_worker_has_not_got_are_moved) {
  const tree star = tree::star(4);
  const auto plan = [&star](index stragglers) {
    return make_plan(star, codes(),
                     {.policy = stragglers > 0 ? "fractional-repetition" : "uncoded",
                      .parts = 4,
                      .stragglers = stragglers})
        .value();
  };
  BOOST_TEST(parts_newly_needed(plan(0), plan(1)) == (std::vector<index>{1, 1, 1, 1}),
             boost::test_tools::per_element());
  BOOST_TEST(parts_newly_needed(plan(1), plan(0)) == (std::vector<index>{0, 0, 0, 0}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::coding::planning
