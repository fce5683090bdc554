#include <bit>
#include <cmath>
#include <limits>

#include <boost/test/unit_test.hpp>

#include "algorithms/base/portable_math.hpp"
#include "algorithms/base/random.hpp"

namespace echelon {

namespace {

/// Distance in representable numbers.
double ulps(double left, double right) {
  return std::abs(
      static_cast<double>(std::bit_cast<std::int64_t>(left) - std::bit_cast<std::int64_t>(right)));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(portable_math)

BOOST_AUTO_TEST_CASE(the_logarithm_is_within_one_ulp) {
  random_stream random{1, "log"};
  double worst = 0;
  for (int i = 0; i < 200'000; ++i) {
    const double x = std::ldexp(random.uniform() + 0.5,
                                static_cast<int>(random.below(2000)) - 1000);
    worst = std::max(worst, ulps(log_portable(x), std::log(x)));
    const double unit = 1 - random.uniform();
    worst = std::max(worst, ulps(log_portable(unit), std::log(unit)));
  }
  BOOST_TEST(worst <= 1);
  BOOST_TEST(log_portable(1) == 0);
  BOOST_TEST(ulps(log_portable(std::numeric_limits<double>::denorm_min()),
                  std::log(std::numeric_limits<double>::denorm_min())) <= 1);
}

BOOST_AUTO_TEST_CASE(the_exponential_is_within_two_ulps) {
  random_stream random{2, "exp"};
  double worst = 0;
  for (int i = 0; i < 200'000; ++i) {
    const double x = random.uniform(-700, 700);
    worst = std::max(worst, ulps(exp_portable(x), std::exp(x)));
  }
  BOOST_TEST(worst <= 2);
  BOOST_TEST(exp_portable(0) == 1);
  BOOST_TEST(exp_portable(-1e300) == 0);
  BOOST_TEST(std::isinf(exp_portable(1e300)));
}

BOOST_AUTO_TEST_CASE(the_cosine_of_half_turns_is_exact_at_quarters_and_close_between) {
  constexpr long double pi = 3.14159265358979323846264338327950288L;
  BOOST_TEST(cospi_portable(0) == 1);
  BOOST_TEST(cospi_portable(0.5) == 0);
  BOOST_TEST(cospi_portable(1) == -1);
  BOOST_TEST(cospi_portable(-2) == 1);
  random_stream random{3, "cos"};
  for (int i = 0; i < 100'000; ++i) {
    const double x = random.uniform(-4, 4);
    BOOST_REQUIRE(std::abs(cospi_portable(x) - std::cos(pi * x)) < 3e-16L);
  }
}

BOOST_AUTO_TEST_CASE(whole_powers_are_products) {
  BOOST_TEST(power_portable(0.9, 0) == 1);
  BOOST_TEST(power_portable(0.5, 10) == 1.0 / 1024);
  BOOST_TEST(power_portable(3, 5) == 243);
  BOOST_TEST(power_portable(0, 3) == 0);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon
