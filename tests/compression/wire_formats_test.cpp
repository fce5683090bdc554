#include <cmath>
#include <limits>

#include <boost/test/unit_test.hpp>

#include "algorithms/base/random.hpp"
#include "algorithms/compression/wire_format.hpp"

namespace echelon::compression {
namespace {

block of(std::vector<float> numbers) {
  block_builder values{std::ssize(numbers), precision::single};
  std::ranges::copy(numbers, values.as<float>().begin());
  return block::freeze(std::move(values));
}

std::vector<float> through(wire_format format, std::vector<float> numbers) {
  const block received = rounded(of(std::move(numbers)), format);
  const auto values = received.as<float>();
  return {values.begin(), values.end()};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(wire_formats)

BOOST_AUTO_TEST_CASE(halves_keep_what_they_can_hold_and_round_the_rest_to_nearest_even) {
  const auto half = through(wire_format::fp16, {1.0F, 2049.0F, 2051.0F, 65504.0F, 1e6F, -0.5F});
  BOOST_TEST(half == (std::vector<float>{1.0F, 2048.0F, 2052.0F, 65504.0F,
                                         std::numeric_limits<float>::infinity(), -0.5F}),
             boost::test_tools::per_element());
  const auto brain = through(wire_format::bf16, {1.0F, 257.0F, 259.0F, 1e6F});
  BOOST_TEST(brain == (std::vector<float>{1.0F, 256.0F, 260.0F, 999424.0F}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_relative_error_is_at_most_half_a_unit_of_the_format) {
  random_stream random{1, "wire"};
  std::vector<float> numbers(10'000);
  for (float& number : numbers)
    number = static_cast<float>(random.normal() + 3);
  for (const auto& [format, unit] :
       {std::pair{wire_format::fp16, 1.0 / 2048}, std::pair{wire_format::bf16, 1.0 / 256}}) {
    const auto received = through(format, numbers);
    for (std::size_t i = 0; i < numbers.size(); ++i)
      BOOST_REQUIRE(std::abs(received[i] - numbers[i]) <=
                    unit * std::max(std::abs(numbers[i]), 1e-4F));
  }
}

BOOST_AUTO_TEST_CASE(full_precision_is_the_same_block) {
  const block values = of({1.5F, 1e-30F});
  BOOST_TEST(rounded(values, wire_format::full).hash() == values.hash());
  BOOST_TEST(bytes_each(wire_format::full, precision::double_) == 8);
  BOOST_TEST(bytes_each(wire_format::bf16, precision::double_) == 2);
  BOOST_TEST(!wire_format_named("fp8").has_value());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::compression
