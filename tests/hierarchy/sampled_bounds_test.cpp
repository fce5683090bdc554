#include <cmath>

#include <boost/test/unit_test.hpp>

#include "algorithms/hierarchy/sampled_bound.hpp"

namespace echelon::hierarchy {
namespace {

const auto close = boost::test_tools::tolerance(1e-12);

const sampled_task task{.gap = 2,
                        .smoothness = 3,
                        .noise = 5,
                        .divergence = 7,
                        .period = 10,
                        .rounds = 1000,
                        .replacement = false};
const sampled_rates rates{.worker = 1e-4, .cluster = 2, .master = 1.5};
const std::vector<sampled_cluster> everyone{{4, 4, 5, 0.5}, {6, 6, 2, 0.25}};
const std::vector<sampled_cluster> some{{4, 1, 5, 0.5}, {6, 3, 2, 0.25}};

}  // namespace

BOOST_AUTO_TEST_SUITE(sampled_bounds)

BOOST_AUTO_TEST_CASE(full_participation_as_published) {
  const double outer = 2e-4, step = 3e-4;
  const double worker2 = 9e-8, outer2 = 9 * outer * outer;  // times L^2
  const double periods = 0.4 * 5 + 0.6 * 2, squares = 0.4 * 25 + 0.6 * 4;
  const double c = 0.5 - 40 * 100 * outer2 - 100 * worker2 * squares;
  const double drift = 9 * 10 * outer2 * 0.2 * 5 + 8 * worker2 * periods * 5 +
                       40 * 100 * outer2 * 7 + 100 * worker2 * squares * 7 +
                       75 * worker2 * (0.4 * 25 * 0.5 + 0.6 * 4 * 0.25);
  const auto found = sampled_bound(task, rates, everyone);
  BOOST_TEST(found.start == 2 / (c * step * 10 * 1000), close);
  BOOST_TEST(found.drift == drift / c, close);
  BOOST_TEST(found.noise == 3 * step * 5 / (2 * 10) / c, close);
  BOOST_TEST(found.sampling == 0);
}

BOOST_AUTO_TEST_CASE(partial_participation_as_published) {
  const double step = 3e-4;
  const double worker2 = 9e-8, outer2 = 9 * 4e-8;
  for (const bool replacement : {false, true}) {
    const double a1 = replacement ? 1 : 1.0, a2 = replacement ? 1 : 3.0 / 5;
    const double first = 0.16 * a1, second = 0.36 / 3 * a2;
    const double c = 0.5 - 4000 * outer2 - 100 * worker2 * (0.4 * 25 + 0.6 * 4) -
                     10 * step * 3 * (first * 5 + second * 2);
    const double sampling = first * (0.75 * 5 + 7.5 * 5 * 0.5 + 10 * 5 * 7) +
                            second * (0.75 * 5 + 7.5 * 2 * 0.25 + 10 * 2 * 7);
    sampled_task drawn = task;
    drawn.replacement = replacement;
    const auto found = sampled_bound(drawn, rates, some);
    BOOST_TEST(found.sampling == step * 3 * sampling / c, close);
    BOOST_TEST(found.noise == 0.5 * 3 * step * (0.16 + 0.36 / 3) * 5 / c, close);
  }
}

BOOST_AUTO_TEST_CASE(sampling_is_amplified_by_local_periods_not_by_the_global_one) {
  sampled_rates tiny = rates;
  tiny.worker = 1e-9;  // so that c is a half
  sampled_task longer = task;
  longer.period *= 2;
  const double before = sampled_bound(task, tiny, some).sampling;
  const auto rough = boost::test_tools::tolerance(1e-6);
  BOOST_TEST(sampled_bound(longer, tiny, some).sampling == before, rough);
  auto twice = some;
  for (sampled_cluster& each : twice)
    each.period *= 2;
  BOOST_TEST(sampled_bound(task, tiny, twice).sampling > 1.9 * before);
}

BOOST_AUTO_TEST_CASE(where_a_condition_fails_the_bound_is_infinite) {
  const auto total = [&](sampled_rates at) { return sampled_bound(task, at, some).total(); };
  BOOST_TEST(std::isfinite(total(rates)));
  BOOST_TEST(std::isinf(total({.worker = 0.0067})));                              // 1 / (10 I L)
  BOOST_TEST(std::isinf(total({.worker = 1e-4, .cluster = 34})));                 // 1 / (10 G L)
  BOOST_TEST(std::isinf(total({.worker = 1e-4, .cluster = 1, .master = 334})));   // 1 / (G L)
  BOOST_TEST(std::isinf(total({.worker = 1e-3, .cluster = 3.3, .master = 10})));  // c
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::hierarchy
