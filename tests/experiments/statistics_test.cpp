#include "experiments/compare/statistics.hpp"

#include <cmath>

#include <boost/test/unit_test.hpp>

#include "algorithms/base/random.hpp"

namespace echelon::experiments {
namespace {

/// How often a 95 % interval of the mean holds the true mean.
double coverage(double truth, index size, bootstrap_kind kind, double (*draw)(random_stream&)) {
  constexpr index repetitions = 400;
  index covered = 0;
  for (index repetition = 0; repetition < repetitions; ++repetition) {
    random_stream random{static_cast<std::uint64_t>(repetition), "coverage"};
    std::vector<double> sample;
    for (index i = 0; i < size; ++i)
      sample.push_back(draw(random));
    const interval range = bootstrap_mean(sample, {.kind = kind, .resamples = 1'000});
    covered += range.low <= truth && truth <= range.high ? 1 : 0;
  }
  return static_cast<double>(covered) / repetitions;
}

BOOST_AUTO_TEST_SUITE(statistics)

BOOST_AUTO_TEST_CASE(mean_deviation_and_quantiles_agree_with_a_sum_by_hand) {
  const std::vector<double> sample{4, 1, 3, 2};

  BOOST_TEST(mean_of(sample) == 2.5);
  BOOST_TEST(deviation_of(sample) == std::sqrt(5.0 / 3.0));
  BOOST_TEST(quantile_of(sample, 0) == 1);
  BOOST_TEST(quantile_of(sample, 0.5) == 2.5);
  BOOST_TEST(quantile_of(sample, 1) == 4);
}

BOOST_AUTO_TEST_CASE(an_empty_sample_has_no_mean_and_one_value_no_deviation) {
  BOOST_TEST(std::isnan(mean_of({})));
  BOOST_TEST(std::isnan(quantile_of({}, 0.5)));
  BOOST_TEST(std::isnan(deviation_of(std::vector{1.0})));
}

BOOST_AUTO_TEST_CASE(the_normal_quantile_inverts_the_normal_share) {
  for (const double share : {1e-9, 0.001, 0.025, 0.3, 0.5, 0.8, 0.975, 1 - 1e-9})
    BOOST_TEST(normal_share(normal_quantile(share)) == share, boost::test_tools::tolerance(1e-9));
  // Published to six places.
  BOOST_TEST(normal_quantile(0.975) == 1.959964, boost::test_tools::tolerance(1e-6));
}

BOOST_AUTO_TEST_CASE(percentile_interval_of_normal_values_is_near_the_closed_form) {
  random_stream random{1, "sample"};
  std::vector<double> sample;
  for (int i = 0; i < 200; ++i)
    sample.push_back(10 + 3 * random.normal());

  const interval range = bootstrap_mean(sample, {.kind = bootstrap_kind::percentile});

  // The resampled mean has the sample's own variance over n. 10,000 draws place a 2.5 % quantile
  // within about 0.03 standard errors; three times that is the tolerance.
  const double error = deviation_of(sample) * std::sqrt(199.0 / 200.0) / std::sqrt(200.0);
  BOOST_TEST(std::abs(range.low - (mean_of(sample) - 1.96 * error)) < 0.1 * error);
  BOOST_TEST(std::abs(range.high - (mean_of(sample) + 1.96 * error)) < 0.1 * error);
}

BOOST_AUTO_TEST_CASE(intervals_cover_the_true_mean_about_as_often_as_they_say) {
  const auto normal = [](random_stream& random) { return random.normal(); };
  const auto exponential = [](random_stream& random) { return random.exponential(); };

  // 400 repetitions: one standard error is 1.1 %. Small samples cover somewhat less than 95 %,
  // skewed ones more so, which is the known behaviour of the bootstrap (Efron and Tibshirani 1993,
  // chapter 14).
  BOOST_TEST(coverage(0, 20, bootstrap_kind::bca, normal) > 0.90);
  BOOST_TEST(coverage(0, 20, bootstrap_kind::bca, normal) < 0.97);
  BOOST_TEST(coverage(1, 30, bootstrap_kind::bca, exponential) > 0.88);
  BOOST_TEST(coverage(1, 30, bootstrap_kind::bca, exponential) < 0.97);
  BOOST_TEST(coverage(0, 20, bootstrap_kind::percentile, normal) > 0.89);
}

BOOST_AUTO_TEST_CASE(the_bca_interval_of_a_skewed_sample_leans_towards_the_tail) {
  random_stream random{3, "skew"};
  std::vector<double> sample;
  for (int i = 0; i < 25; ++i)
    sample.push_back(random.exponential());

  const interval plain = bootstrap_mean(sample, {.kind = bootstrap_kind::percentile});
  const interval adjusted = bootstrap_mean(sample, {.kind = bootstrap_kind::bca});

  BOOST_TEST(adjusted.low > plain.low);
  BOOST_TEST(adjusted.high > plain.high);
}

BOOST_AUTO_TEST_CASE(equal_seeds_give_equal_intervals_and_equal_values_a_point) {
  const std::vector<double> sample{1, 2, 4, 8};
  const interval once = bootstrap_mean(sample);
  const interval again = bootstrap_mean(sample);

  BOOST_TEST(once.low == again.low);
  BOOST_TEST(once.high == again.high);
  BOOST_TEST(bootstrap_mean(std::vector{2.0, 2.0, 2.0}).low == 2.0);
  BOOST_TEST(std::isnan(bootstrap_mean(std::vector{2.0}).low));
}

BOOST_AUTO_TEST_CASE(the_horizon_is_the_first_time_somebody_gave_up) {
  const std::vector<censored> sample{{5, true}, {40, true}, {30, false}, {20, false}};

  BOOST_TEST(horizon_of(sample) == 20);
  BOOST_TEST(restricted(sample, 20) == (std::vector<double>{5, 20, 20, 20}),
             boost::test_tools::per_element());
  BOOST_TEST(std::isinf(horizon_of(std::vector<censored>{{5, true}})));
}

BOOST_AUTO_TEST_CASE(restricted_means_are_free_of_censoring_bias) {
  random_stream random{5, "censoring"};
  constexpr int runs = 20'000;
  constexpr double horizon = 1.5;
  std::vector<censored> sample;
  for (int i = 0; i < runs; ++i) {
    const double truth = random.exponential();
    const double followed = horizon + random.exponential();  // nobody gives up before the horizon
    sample.push_back({std::min(truth, followed), truth <= followed});
  }

  const double mean = mean_of(restricted(sample, horizon));

  // E min(T, h) = 1 - exp(-h) for a unit exponential; four standard errors of at most 0.5 /
  // sqrt(n).
  BOOST_TEST(std::abs(mean - (1 - std::exp(-horizon))) < 4 * 0.5 / std::sqrt(runs));
}

BOOST_AUTO_TEST_CASE(pairs_are_told_apart_only_where_censoring_allows) {
  const std::vector<censored> left{{3, true},  {9, true},  {5, true},
                                   {4, false}, {8, false}, {5, true}};
  const std::vector<censored> right{{7, true}, {6, true}, {5, true},
                                    {6, true}, {6, true}, {9, false}};

  const pair_counts counts = compare_pairs(left, right);

  BOOST_TEST(counts.sooner == 2);  // 3 before 7; 5 before more than 9
  BOOST_TEST(counts.later == 2);   // 9 after 6; more than 8 after 6
  BOOST_TEST(counts.equal == 1);
  BOOST_TEST(counts.unknown == 1);  // more than 4 against 6
}

BOOST_AUTO_TEST_CASE(what_is_said_of_a_pair_is_never_wrong) {
  random_stream random{7, "pairs"};
  for (int i = 0; i < 2'000; ++i) {
    const double a = random.exponential(), b = random.exponential(),
                 followed = random.exponential();
    const std::vector<censored> left{{std::min(a, followed), a <= followed}};
    const std::vector<censored> right{{std::min(b, followed), b <= followed}};

    const pair_counts counts = compare_pairs(left, right);

    BOOST_REQUIRE(counts.sooner == 0 || a <= b);
    BOOST_REQUIRE(counts.later == 0 || a >= b);
    BOOST_REQUIRE(counts.unknown == 0 || (a > followed && b > followed));
  }
}

BOOST_AUTO_TEST_CASE(smoothing_is_a_trailing_mean_that_skips_what_is_missing) {
  const std::vector<double> smooth = smoothed(std::vector<double>{1, missing, 3, 5}, 2);

  BOOST_TEST(smooth[0] == 1);
  BOOST_TEST(std::isnan(smooth[1]));
  BOOST_TEST(smooth[2] == 2);
  BOOST_TEST(smooth[3] == 4);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace echelon::experiments
