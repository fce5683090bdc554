#include "tests/support/sources.hpp"

#include <algorithm>
#include <cmath>
#include <span>

#include "algorithms/base/hash.hpp"

namespace echelon {

using namespace tests;

namespace {

std::string hash_of(const learning::dataset& samples) {
  return hash_text(hash_bytes(std::as_bytes(std::span{samples.features})));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(glyphs)

BOOST_AUTO_TEST_CASE(draws_ten_thousand_digits_unless_told_otherwise) {
  const auto loaded = load("glyphs", {});

  BOOST_REQUIRE(loaded);
  const learning::dataset& samples = loaded->samples;
  BOOST_TEST(samples.count == 10'000);
  BOOST_TEST((samples.shape == learning::sample_shape{1, 28, 28}));
  BOOST_TEST(samples.classes == 10);
  for (std::int32_t digit = 0; digit < 10; ++digit)
    BOOST_TEST(std::ranges::count(samples.labels, digit) == 1000);
  BOOST_TEST(std::ranges::all_of(samples.features, [](float pixel) {
    return pixel >= 0 && pixel <= 255 && pixel == std::floor(pixel);
  }));
}

BOOST_AUTO_TEST_CASE(the_default_digits_never_change) {
  // A changed drawing is a new data set: results published on the old one could not be repeated.
  const auto loaded = load("glyphs", {{"samples", 100}});

  BOOST_REQUIRE(loaded);
  BOOST_TEST(hash_of(loaded->samples) == "d8928f24ed25be76");
}

BOOST_AUTO_TEST_CASE(fewer_samples_are_the_first_ones_and_another_seed_draws_others) {
  const auto all = load("glyphs", {{"samples", 50}});
  const auto few = load("glyphs", {{"samples", 20}});
  const auto other = load("glyphs", {{"samples", 50}, {"glyphs_seed", 1}});

  BOOST_REQUIRE(all && few && other);
  BOOST_TEST(
      std::ranges::equal(few->samples.features, std::span{all->samples.features}.first(20 * 784)));
  BOOST_TEST(hash_of(all->samples) != hash_of(other->samples));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon
