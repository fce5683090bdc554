#include <limits>

#include <boost/test/unit_test.hpp>

#include "algorithms/base/units.hpp"

namespace echelon {

BOOST_AUTO_TEST_SUITE(units)

BOOST_AUTO_TEST_CASE(seconds_round_to_the_nearest_nanosecond) {
  BOOST_TEST(to_nanoseconds(seconds{1.5}).count() == 1'500'000'000);
  BOOST_TEST(to_nanoseconds(seconds{1.4e-9}).count() == 1);
  BOOST_TEST(to_nanoseconds(seconds{1.6e-9}).count() == 2);
  BOOST_TEST(to_seconds(nanoseconds{250'000'000}).count() == 0.25);
}

BOOST_AUTO_TEST_CASE(spans_that_cannot_be_are_clamped) {
  BOOST_TEST(to_nanoseconds(seconds{-1}).count() == 0);
  BOOST_TEST(to_nanoseconds(seconds{std::numeric_limits<double>::quiet_NaN()}).count() == 0);
  const auto longest = to_nanoseconds(seconds_max).count();
  BOOST_TEST(to_nanoseconds(seconds{1e300}).count() == longest);
  BOOST_TEST(longest == 1'000'000'000'000'000'000);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon
