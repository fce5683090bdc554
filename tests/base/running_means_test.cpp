#include <cmath>

#include <boost/test/unit_test.hpp>

#include "algorithms/base/random.hpp"
#include "algorithms/base/running_mean.hpp"

namespace echelon {
namespace {

constexpr double rounding = 1e-12;

}  // namespace

BOOST_AUTO_TEST_SUITE(running_means)

BOOST_AUTO_TEST_CASE(nothing_is_known_before_the_first_value) {
  const running_mean mean;
  BOOST_TEST(!mean.known());
  BOOST_TEST(mean.value() == 0);
}

BOOST_AUTO_TEST_CASE(a_constant_is_its_own_mean_from_the_first_value_on) {
  for (const double weight : {1e-6, 0.02, 0.5, 1.0}) {
    running_mean mean{weight};
    for (int time = 0; time < 50; ++time) {
      mean.add(-3.5);
      BOOST_TEST(std::abs(mean.value() + 3.5) < 3.5 * rounding);
    }
  }
}

BOOST_AUTO_TEST_CASE(values_count_as_the_geometric_series_says) {
  running_mean mean{0.25};
  for (const double value : {8.0, 4.0, 2.0})
    mean.add(value);
  const double expected = (2.0 + 0.75 * 4.0 + 0.75 * 0.75 * 8.0) / (1 + 0.75 + 0.75 * 0.75);
  BOOST_TEST(std::abs(mean.value() - expected) < rounding);
}

BOOST_AUTO_TEST_CASE(a_small_weight_starts_as_the_plain_mean_of_noise) {
  random_stream random{1, "tests.running-means"};
  running_mean mean{1e-9};
  double sum = 0;
  for (int time = 1; time <= 100; ++time) {
    const double value = random.normal();
    mean.add(value);
    sum += value;
    BOOST_TEST(std::abs(mean.value() - sum / time) < 1e-6);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon
