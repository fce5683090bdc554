#include <boost/test/unit_test.hpp>

#include "algorithms/compression/ratios/allocation.hpp"
#include "tests/support/ratio_problems.hpp"

// Who may send how much: the specification's vectors, and every closed form against perturbation.

namespace echelon::compression {
namespace {

constexpr double printed = 1e-8;  ///< digits of the specification's vectors
constexpr double rounding = 1e-12;

bool near(double value, double expected, double tolerance = printed) {
  return std::abs(value - expected) <= tolerance * std::abs(expected);
}

void check_near(const std::vector<double>& values, const std::vector<double>& expected,
                double tolerance = printed) {
  BOOST_REQUIRE(values.size() == expected.size());
  for (std::size_t i = 0; i < values.size(); ++i)
    BOOST_TEST(near(values[i], expected[i], tolerance),
               i << ": " << values[i] << " is not " << expected[i]);
}

const std::vector<double> four{.4, .3, .2, .1};

std::vector<double> one_large() {
  std::vector<double> weights(11, 0.05);
  weights[0] = 0.5;
  return weights;
}

std::vector<double> uniform_ratios(index senders, double mean) {
  return std::vector<double>(slot(senders), mean);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(ratio_allocations)

BOOST_AUTO_TEST_CASE(four_senders_get_the_printed_ratios) {
  const published_ratios published = published_allocation(four, .01);
  BOOST_TEST(published.least == 3);
  check_near(published.ratios, {0.0129642714, 0.0107017702, 0.0081669792, 0.0081669792});
  BOOST_TEST(near(phi(four, published.ratios), 107.696411));
  BOOST_TEST(near(phi(four, uniform_ratios(4, .01)), 100, rounding));
  const std::vector<double> refined = refined_allocation(four, {}, .01, 1e-6, 1);
  check_near(refined, {0.0140238067, 0.0115763973, 0.00883444461, 0.00556535137});
  BOOST_TEST(near(psi(four, {}, refined), 48.1716046));
  BOOST_TEST(near(psi(four, {}, uniform_ratios(4, .01)), 54.7722558));
  check_near(phi_allocation(four, .01, 1e-6, 1), uniform_ratios(4, .01), 1e-4);
  std::vector<double> thresholds = relative_thresholds(four, {}, -1);
  for (double& threshold : thresholds)
    threshold *= .05;
  check_near(thresholds, {0.0356536575, 0.0431913302, 0.0565966534, 0.0898415872});
}

BOOST_AUTO_TEST_CASE(one_large_sender_among_ten_gets_the_printed_ratios) {
  const std::vector<double> weights = one_large();
  std::vector<double> expected(11, 0.000751284586);
  expected[0] = 0.00348715414;
  const std::vector<double> published = published_allocation(weights, .001).ratios;
  check_near(published, expected);
  check_near(refined_allocation(weights, {}, .001, 1e-6, 1), expected);
  BOOST_TEST(near(phi(weights, published), 974.436925));
  const std::vector<double> exact = phi_allocation(weights, .001, 1e-6, 1);
  std::vector<double> least(11, 0.000885030894);
  least[0] = 0.00214969106;
  check_near(exact, least, 1e-4);
  BOOST_TEST(near(phi(weights, exact), 927.44765));
}

BOOST_AUTO_TEST_CASE(with_geometric_sizes_a_middle_sender_gets_the_least) {
  const std::vector<double> weights = geometric_weights(10, 100);
  const published_ratios published = published_allocation(weights, .001);
  BOOST_TEST(published.least == 6);
  check_near(published.ratios,
             {.00329893753, .00224753997, .00153123116, .00104321564, .000710734545, .000484217809,
              .000153123116, .000224753997, .000153123116, .000153123116});
  BOOST_TEST(published.ratios[6] < published.ratios[7]);
  BOOST_TEST(near(phi(weights, published.ratios), 1930.82181));
}

BOOST_AUTO_TEST_CASE(flickr_gets_the_printed_ratios) {
  const std::vector<double> weights = flickr_weights();
  const published_ratios published = published_allocation(weights, .001);
  BOOST_TEST(published.least == 14);
  BOOST_TEST(near(published.ratios[0], .00334698692));
  BOOST_TEST(near(published.ratios[14], 2.88535586e-05));
  BOOST_TEST(near(phi(weights, published.ratios), 4536.64741));
  const std::vector<double> refined = refined_allocation(weights, {}, .001, 1e-6, 1);
  BOOST_TEST(near(refined[0], .00335087461));
  BOOST_TEST(near(refined[14], 1.14638427e-05));
  BOOST_TEST(near(psi(weights, {}, refined), 198.911479));
  const std::vector<double> half = refined_allocation(weights, {}, .5, 1e-6, 1);
  check_near({half[0], half[1], half[2], half[3], half[14]},
             {1, 1, .913310157, .856777046, .00703310595});
  BOOST_TEST(near(sum_of(half), 7.5, rounding));
  const std::vector<double> exact = phi_allocation(weights, .001, 1e-6, 1);
  BOOST_TEST(std::ranges::count_if(exact, [&](double ratio) {
               return ratio > 1.001 * *std::ranges::min_element(exact);
             }) == 2);
}

BOOST_AUTO_TEST_CASE(the_published_rule_seldom_beats_uniform_on_its_own_factor) {
  random_stream random{1, "tests.ratios"};
  int larger = 0;
  constexpr int instances = 2000;
  for (int instance = 0; instance < instances; ++instance) {
    const index senders = 3 + random.below(20);
    const std::vector<double> weights = random_weights(random, senders);
    const published_ratios published = published_allocation(weights, .01);
    BOOST_TEST_REQUIRE(
        near(sum_of(published.ratios), .01 * static_cast<double>(senders), rounding));
    larger += phi(weights, published.ratios) > 100 * (1 + rounding);
  }
  BOOST_TEST(larger > 0.9 * instances, larger << " of " << instances);
}

BOOST_AUTO_TEST_CASE(two_senders_get_the_same_from_the_published_rule_but_not_from_the_refined) {
  for (const double large : {.5, .7, .99}) {
    check_near(published_allocation(std::vector{large, 1 - large}, .01).ratios, {.01, .01},
               rounding);
    const std::vector<double> refined = refined_allocation(std::vector{large, 1 - large}, {}, .01,
                                                           0, 1);
    BOOST_TEST(near(refined[0] / refined[1], std::cbrt(std::pow(large / (1 - large), 2))));
  }
  check_near(published_allocation(std::vector{1.0}, .02).ratios, {.02});
}

BOOST_AUTO_TEST_CASE(ratios_follow_their_senders_whatever_the_order) {
  random_stream random{2, "tests.ratios"};
  for (int instance = 0; instance < 200; ++instance) {
    const std::vector<double> weights = random_weights(random, 2 + random.below(12));
    const auto order = permutation(random, std::ssize(weights));
    std::vector<double> shuffled;
    for (const index from : order)
      shuffled.push_back(weights[slot(from)]);
    const auto expect_moved = [&](const std::vector<double>& before,
                                  const std::vector<double>& after) {
      for (std::size_t i = 0; i < after.size(); ++i)
        BOOST_TEST_REQUIRE(near(after[i], before[slot(order[i])], 1e-6));
    };
    expect_moved(published_allocation(weights, .01).ratios,
                 published_allocation(shuffled, .01).ratios);
    expect_moved(refined_allocation(weights, {}, .01, 1e-4, 1),
                 refined_allocation(shuffled, {}, .01, 1e-4, 1));
    expect_moved(phi_allocation(weights, .01, 1e-4, 1), phi_allocation(shuffled, .01, 1e-4, 1));
  }
}

BOOST_AUTO_TEST_CASE(no_perturbation_betters_the_exact_minimiser_of_phi) {
  random_stream random{3, "tests.ratios"};
  for (int instance = 0; instance < 60; ++instance) {
    const std::vector<double> weights = random_weights(random, 2 + random.below(14));
    const double mean = std::pow(10, random.uniform(-4, -0.1)), floor = mean / 50;
    const std::vector<double> exact = phi_allocation(weights, mean, floor, 1);
    const double best = phi(weights, exact);
    BOOST_TEST(near(sum_of(exact), mean * static_cast<double>(weights.size()), rounding));
    BOOST_TEST(best <= phi(weights, uniform_ratios(std::ssize(weights), mean)) * (1 + rounding));
    const std::vector<double> published = published_allocation(weights, mean).ratios;
    if (*std::ranges::max_element(published) <= 1 && *std::ranges::min_element(published) >= floor)
      BOOST_TEST(best <= phi(weights, published) * (1 + rounding));
    for (int trial = 0; trial < 2000; ++trial)
      BOOST_TEST_REQUIRE(phi(weights, perturbed(random, exact, floor, 1)) >= best * (1 - 1e-9));
  }
}

BOOST_AUTO_TEST_CASE(no_perturbation_betters_the_refined_allocation) {
  random_stream random{4, "tests.ratios"};
  for (int instance = 0; instance < 60; ++instance) {
    const std::vector<double> weights = random_weights(random, 2 + random.below(14));
    std::vector<double> divergences(weights.size());
    for (double& each : divergences)
      each = random.exponential();
    const double mean = std::pow(10, random.uniform(-4, -0.1)), floor = mean / 50;
    const std::vector<double> refined = refined_allocation(weights, divergences, mean, floor, 1);
    const double best = psi(weights, divergences, refined);
    BOOST_TEST(near(sum_of(refined), mean * static_cast<double>(weights.size()), rounding));
    BOOST_TEST(*std::ranges::min_element(refined) >= floor);
    BOOST_TEST(*std::ranges::max_element(refined) <= 1);
    for (int trial = 0; trial < 2000; ++trial)
      BOOST_TEST_REQUIRE(psi(weights, divergences, perturbed(random, refined, floor, 1)) >=
                         best * (1 - rounding));
  }
}

BOOST_AUTO_TEST_CASE(the_refined_factor_has_its_closed_form_without_bounds) {
  random_stream random{5, "tests.ratios"};
  for (int instance = 0; instance < 200; ++instance) {
    const std::vector<double> weights = random_weights(random, 2 + random.below(14));
    double powers = 0;
    for (const double weight : weights)
      powers += std::cbrt(weight * weight);
    const double total = .001 * static_cast<double>(weights.size());
    BOOST_TEST(near(psi(weights, {}, refined_allocation(weights, {}, .001, 0, 1)),
                    std::pow(powers, 1.5) / total, 1e-10));
  }
}

BOOST_AUTO_TEST_CASE(no_perturbation_betters_the_thresholds_under_any_law_of_traffic) {
  random_stream random{6, "tests.ratios"};
  for (const double exponent : {-0.5, -1.0, -2.0, -4.0})
    for (int instance = 0; instance < 20; ++instance) {
      const std::vector<double> weights = random_weights(random, 2 + random.below(14));
      std::vector<double> through(weights.size());
      for (double& each : through)
        each = 0.1 + random.exponential();
      const std::vector<double> thresholds = relative_thresholds(weights, through, exponent);
      std::vector<double> passing(weights.size());
      for (std::size_t i = 0; i < passing.size(); ++i)
        passing[i] = through[i] * std::pow(thresholds[i], exponent);
      BOOST_TEST(near(sum_of(passing), sum_of(through), 1e-10));
      const double best = threshold_factor(weights, thresholds);
      for (int trial = 0; trial < 2000; ++trial) {
        std::vector<double> other = perturbed(random, passing, 1e-9, 1e9);
        for (std::size_t i = 0; i < other.size(); ++i)
          other[i] = std::pow(other[i] / through[i], 1 / exponent);
        BOOST_TEST_REQUIRE(threshold_factor(weights, other) >= best * (1 - 1e-10));
      }
    }
}

BOOST_AUTO_TEST_CASE(drift_thresholds_have_their_closed_form) {
  const std::vector<double> weights = flickr_weights();
  const std::vector<double> thresholds = relative_thresholds(weights, {}, -1);
  BOOST_TEST(std::abs(.05 * thresholds.front() - 0.0149) < 5e-5);
  BOOST_TEST(std::abs(.05 * thresholds.back() - 4.36) < 5e-3);
  double powers = 0;
  for (const double weight : weights)
    powers += std::cbrt(weight * weight);
  BOOST_TEST(near(threshold_factor(weights, thresholds), std::pow(powers, 3) / 225));
  BOOST_TEST(near(relative_thresholds(std::vector{.8, .2}, {}, -2)[1] /
                      relative_thresholds(std::vector{.8, .2}, {}, -2)[0],
                  2));
}

BOOST_AUTO_TEST_CASE(senders_without_data_get_the_floor_or_nothing) {
  const std::vector<double> weights{.5, 0, .3, .2};
  BOOST_TEST(published_allocation(weights, .01).ratios[1] == 0);
  BOOST_TEST(refined_allocation(weights, {}, .01, 1e-4, 1)[1] == 1e-4);
  BOOST_TEST(phi_allocation(weights, .01, 1e-4, 1)[1] == 1e-4);
  BOOST_TEST(std::isinf(relative_thresholds(weights, {}, -1)[1]));
  for (const auto& ratios :
       {published_allocation(weights, .01).ratios, refined_allocation(weights, {}, .01, 1e-4, 1),
        phi_allocation(weights, .01, 1e-4, 1)})
    BOOST_TEST(near(sum_of(ratios), .04, rounding));
}

BOOST_AUTO_TEST_CASE(a_full_budget_sends_everything_and_a_tiny_one_is_shared_alike) {
  const std::vector<double> weights = flickr_weights();
  for (const double ratio : refined_allocation(weights, {}, 1, 1e-5, 1))
    BOOST_TEST(ratio == 1);
  for (const double ratio : phi_allocation(weights, 1, 1e-5, 1))
    BOOST_TEST(ratio == 1);
  for (const double ratio : refined_allocation(weights, {}, 1e-6, 1e-5, 1))
    BOOST_TEST(near(ratio, 1e-6, rounding));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::compression
