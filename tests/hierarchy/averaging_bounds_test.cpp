#include <cmath>

#include <boost/test/unit_test.hpp>

#include "algorithms/hierarchy/bounds.hpp"
#include "tests/support/averaging_trees.hpp"

namespace echelon::hierarchy {
namespace {

const auto golden = boost::test_tools::tolerance(1e-8);  // of specification 9.1
const descent unit{.gap = 1, .smoothness = 1, .noise = 1};
constexpr double rate = 0.01;
constexpr double steps = 1000;

double bound(const tree& shape, std::vector<index> when, std::vector<double> apart) {
  const auto profile = drift_profile::of(tiers{shape}, {std::move(apart)});
  return fixed_bound(unit, profile, every(std::move(when)), rate, steps).total();
}

tree two_groups() { return tree_of({5, 5}); }

/// (H-R) of two levels of ten workers.
double random_bound(index groups, index global, index local, double at = 1e-3) {
  const std::vector<index> counts{1, groups, 10};
  return simple_bound(unit, drift_profile::random(counts, 1), every({global, local}), at, steps)
      .total();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(averaging_bounds)

BOOST_AUTO_TEST_CASE(golden_values_of_the_specification) {
  BOOST_TEST(bound(tree::star(10), {5}, {1}) == 0.204983903421, golden);
  BOOST_TEST(bound(tree::star(10), {20}, {1}) == 0.286564334086, golden);
  BOOST_TEST(bound(two_groups(), {20, 5}, {0.25, 0.75}) == 0.225552177626, golden);
  BOOST_TEST(bound(two_groups(), {20, 5}, {1.0 / 9, 8.0 / 9}) == 0.214504041556, golden);
  const tree three = tree_of({value_list{2, 3}, value_list{2, 3}});
  BOOST_TEST(bound(three, {20, 10, 5}, {0.2, 0.3, 0.5}) == 0.226481503858, golden);
}

BOOST_AUTO_TEST_CASE(two_levels_written_out_with_unequal_weights_and_periods_of_groups) {
  const tree shape = tree_of({2, 3});
  const tiers where = tiers::weighted(shape, std::vector<double>{1, 3, 2, 2, 2}).value();
  const divergences apart{{0.3, 0.7}};
  const std::vector<double> of_groups{0.9, 0.5};
  const auto when = periods::with_groups({12}, {3, 4}).value();
  const auto q = [](double period) { return 3 * rate * rate * period * (period - 1); };
  const auto square = [](double x) { return x * x; };
  const double floor = (1 + 9 + 3 * 4) / 100.0;
  const double low = 0.4, high = 0.6;  // the groups' weights
  const double s1 = (square(0.1) + square(0.3)) / low + 3 * square(0.2) / high;
  const double global = 11 * ((s1 - floor) + 23 * 0.3) / (1 - q(12));
  const double groups = 2 * (low - (square(0.1) + square(0.3)) / low + 5 * low * 0.9) +
                        3 * (high - 3 * square(0.2) / high + 7 * high * 0.5);
  const auto found = grouped_bound(unit, where, apart, of_groups, when, rate, steps);
  BOOST_TEST(found.start == 0.2, golden);
  BOOST_TEST(found.noise == rate * floor, golden);
  BOOST_TEST(found.drift_by_level[0] == square(rate) * global, golden);
  BOOST_TEST(found.drift_by_level[1] == square(rate) * groups / (1 - q(12)) / (1 - q(4)), golden);
}

BOOST_AUTO_TEST_CASE(equal_periods_of_groups_give_the_plain_bound) {
  random_stream random{3, "tests.grouped_bound"};
  const tiers where = tiers::weighted(two_groups(), random_weights(random, 10)).value();
  const matrix gradients = random_rows(random, 10, 4);
  const divergences apart = measure_divergences(where, gradients);
  const auto own = grouped_bound(unit, where, apart, group_divergences(where, gradients),
                                 periods::with_groups({20}, {5, 5}).value(), rate, steps);
  const auto plain = fixed_bound(unit, drift_profile::of(where, apart), every({20, 5}), rate,
                                 steps);
  BOOST_TEST(own.total() == plain.total(), boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(beyond_their_conditions_bounds_are_infinite) {
  const auto star = drift_profile::of(tiers{tree::star(4)}, {{1}});
  const auto total = [&](index period, double at) {
    return fixed_bound(unit, star, every({period}), at, steps).total();
  };
  BOOST_TEST(std::isfinite(total(1, 1)));
  BOOST_TEST(std::isinf(total(1, 1.0001)));
  const double most = fixed_rate_max(1, every({10}));
  BOOST_TEST(std::isfinite(total(10, most * 0.999)));
  BOOST_TEST(std::isinf(total(10, most * 1.001)));
  const double simple = simple_rate_max(1, every({10}));
  BOOST_TEST(std::isfinite(simple_bound(unit, star, every({10}), simple, steps).total()));
  BOOST_TEST(std::isinf(simple_bound(unit, star, every({10}), simple * 1.001, steps).total()));
}

BOOST_AUTO_TEST_CASE(the_simple_bound_is_never_below_the_exact_one) {
  random_stream random{4, "tests.simple_bound"};
  for (int trial = 0; trial < 200; ++trial) {
    const tiers where{tree_of(random_edges(random, 4))};
    std::vector<index> lengths(slot(where.levels()), 1);
    for (std::size_t level = lengths.size(); level-- > 0;)
      lengths[level] = (level + 1 < lengths.size() ? lengths[level + 1] : 1) *
                       (1 + random.below(4));
    const periods when = every(lengths);
    const auto profile = drift_profile::of(
        where, measure_divergences(where, random_rows(random, where.workers(), 3)));
    const double at = simple_rate_max(1, when) * random.uniform(0.01, 1);
    BOOST_TEST(simple_bound(unit, profile, when, at, steps).total() >=
               fixed_bound(unit, profile, when, at, steps).total() * (1 - 1e-12));
  }
}

BOOST_AUTO_TEST_CASE(the_bound_grows_with_every_period_with_groups_and_with_upward_divergence) {
  BOOST_TEST(random_bound(2, 50, 5) > random_bound(2, 25, 5));
  BOOST_TEST(random_bound(2, 50, 10) > random_bound(2, 50, 5));
  BOOST_TEST(random_bound(5, 50, 5) > random_bound(2, 50, 5));
  double before = 0;
  for (const double up : {0.0, 0.2, 0.5, 1.0}) {  // of a global divergence of 1
    const double here = bound(two_groups(), {20, 5}, {up, 1 - up});
    BOOST_TEST(here > before);
    before = here;
  }
}

BOOST_AUTO_TEST_CASE(random_groups_lie_between_local_sgd_of_their_periods_as_a_weighted_mean) {
  const std::vector<index> counts{1, 2, 5, 10};
  const periods when = every({40, 20, 5});
  const double at = simple_rate_max(1, when);
  const auto drift_of_flat = [&](index period) {
    const std::vector<index> flat{1, 10};
    // (H-R) with one level, under the same factor of 2.
    return simple_bound(unit, drift_profile::random(flat, 1), every({period}), at, steps).drift();
  };
  const double tree_drift = simple_bound(unit, drift_profile::random(counts, 1), when, at, steps)
                                .drift();
  double mean = 0;
  for (index level = 1; level <= 3; ++level)
    mean += static_cast<double>(counts[slot(level)] - counts[slot(level - 1)]) / 9 *
            drift_of_flat(when.at(level));
  BOOST_TEST(tree_drift == mean, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(drift_of_flat(5) <= tree_drift);
  BOOST_TEST(tree_drift <= drift_of_flat(40));
}

BOOST_AUTO_TEST_CASE(equivalent_periods_of_the_specification) {
  const auto printed = boost::test_tools::tolerance(0.003);  // three digits are printed
  const auto equivalent = [](index workers, index groups, index local, index global) {
    const std::vector<index> counts{1, groups, workers};
    return equivalent_period(counts, every({global, local}));
  };
  BOOST_TEST(equivalent(10, 2, 5, 50) == 17.6, printed);
  BOOST_TEST(equivalent(10, 5, 5, 50) == 33.7, printed);
  BOOST_TEST(equivalent(100, 4, 10, 100) == 20.3, printed);
  BOOST_TEST(equivalent(156, 4, 20, 200) == 34.4, printed);
  BOOST_TEST(equivalent(10, 5, 7, 7) == 7, boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(special_cases_have_the_bounds_of_what_they_are) {
  const auto exact = boost::test_tools::tolerance(1e-12);
  // One group: local SGD with period I, but for a factor 1 / (1 - q_G) close to 1.
  BOOST_TEST(bound(tree_of({10}), {20, 5}, {0, 1}) / bound(tree::star(10), {5}, {1}) < 1.01);
  // A group for each worker: local SGD with period G, whatever I.
  BOOST_TEST(bound(tree_of({1, 1, 1, 1}), {20, 5}, {1, 0}) == bound(tree::star(4), {20}, {1}),
             exact);
  BOOST_TEST(bound(two_groups(), {1, 1}, {0.5, 0.5}) == 0.2 + rate / 10, exact);
}

BOOST_AUTO_TEST_CASE(the_best_rate_is_better_than_a_thousand_others) {
  const auto profile = drift_profile::of(tiers{two_groups()}, {{0.25, 0.75}});
  for (const double run : {10.0, 1e3, 1e6}) {
    const auto best = best_rate(unit, profile, every({20, 5}), run);
    const double most = fixed_rate_max(1, every({20, 5}));
    for (int i = 1; i < 1000; ++i) {
      const double at = most * std::exp(-i * 0.01);
      BOOST_TEST(best.value <=
                 fixed_bound(unit, profile, every({20, 5}), at, run).total() * (1 + 1e-9));
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::hierarchy
