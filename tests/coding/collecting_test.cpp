#include <cmath>
#include <limits>

#include <boost/test/unit_test.hpp>

#include "algorithms/coding/round_collector.hpp"
#include "tests/support/codes.hpp"

namespace echelon::coding {
namespace {

using outcome = round_collector::outcome;

contribution answer(std::vector<float> numbers, double loss = 1, double samples = 10) {
  block_builder values{std::ssize(numbers), precision::single};
  std::ranges::copy(numbers, values.as<float>().begin());
  return {block::freeze(std::move(values)), loss, samples};
}

round_collector collector(std::string_view code, index senders, index stragglers, index dimension) {
  return {make_code(code, {senders, senders, stragglers}).value(), dimension, precision::single};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(collecting)

BOOST_AUTO_TEST_CASE(a_round_decodes_at_the_first_moment_it_can) {
  auto round = collector("fractional-repetition", 4, 1, 2);
  BOOST_TEST((round.add({3}, answer({1, 2}, 0.5, 10)) == outcome::accepted));
  BOOST_TEST(!round.decodable());
  BOOST_TEST((round.add({1}, answer({10, 20}, 0.25, 20)) == outcome::decodable));
  const auto decoded = round.decode().value();
  BOOST_TEST(decoded.values.as<float>()[0] == 11.0F);
  BOOST_TEST(decoded.values.as<float>()[1] == 22.0F);
  BOOST_TEST(decoded.loss == 0.75);
  BOOST_TEST(decoded.samples == 30.0);
  BOOST_TEST(decoded.senders == (std::vector<index>{1, 3}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_does_not_belong_changes_nothing_but_the_counter) {
  auto round = collector("uncoded", 3, 0, 2);
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float inf = std::numeric_limits<float>::infinity();
  BOOST_TEST((round.add({0}, answer({1, 2})) == outcome::accepted));
  BOOST_TEST((round.add({0}, answer({1, 2})) == outcome::refused));
  BOOST_TEST((round.add({3}, answer({1, 2})) == outcome::refused));
  BOOST_TEST((round.add({-1}, answer({1, 2})) == outcome::refused));
  BOOST_TEST((round.add({1}, answer({1})) == outcome::refused));
  BOOST_TEST((round.add({1}, answer({1, nan})) == outcome::refused));
  BOOST_TEST((round.add({1}, answer({-inf, 1})) == outcome::refused));
  BOOST_TEST((round.add({1}, answer({1, 1}, nan)) == outcome::refused));
  BOOST_TEST((round.add({1}, {block::freeze({2, precision::double_}), 0, 0}) == outcome::refused));
  BOOST_TEST(round.refused() == 8);
  BOOST_TEST((round.arrived() == std::vector<answer_id>{{0}}));
  BOOST_TEST((round.add({1}, answer({1, 2})) == outcome::accepted));
  BOOST_TEST((round.add({2}, answer({1, 2})) == outcome::decodable));
}

BOOST_AUTO_TEST_CASE(a_bad_number_anywhere_in_a_long_message_is_found) {
  for (const index length : {1, 3, 17, 16'384, 16'385, 50'000})
    for (const index position : {index{0}, length / 2, length - 1}) {
      auto round = collector("uncoded", 1, 0, length);
      std::vector<float> numbers(static_cast<std::size_t>(length), 1.0F);
      numbers[static_cast<std::size_t>(position)] = std::numeric_limits<float>::infinity();
      BOOST_REQUIRE((round.add({0}, answer(numbers)) == outcome::refused));
    }
}

BOOST_AUTO_TEST_CASE(a_sum_that_overflows_is_an_error) {
  auto round = collector("uncoded", 2, 0, 1);
  const float most = std::numeric_limits<float>::max();
  round.add({0}, answer({most}));
  round.add({1}, answer({most}));
  BOOST_TEST((round.decode().error().code == errc::diverged));
}

BOOST_AUTO_TEST_CASE(rounds_without_gradients_decode_losses_and_samples_alone) {
  auto round = collector("uncoded", 2, 0, 0);
  round.add({0}, {block{}, 0.5, 3});
  BOOST_TEST((round.add({1}, {block{}, 0.25, 4}) == outcome::decodable));
  BOOST_TEST(round.decode()->samples == 7.0);
  BOOST_TEST(round.decode()->values.empty());
}

BOOST_AUTO_TEST_CASE(tiles_join_without_a_seam) {
  for (const index length : {index{1}, index{16'383}, index{16'384}, index{40'001}}) {
    auto round = collector("cyclic", 5, 2, length);
    const auto code = make_code("cyclic", {5, 5, 2}).value();
    for (const index sender : {0, 2, 3}) {
      std::vector<float> numbers;
      for (index i = 0; i < length; ++i) {
        double sum = 0;
        for (const coded_part& entry : code->work(sender))
          sum += entry.coefficient * static_cast<double>((i + entry.part) % 7);
        numbers.push_back(static_cast<float>(sum));
      }
      round.add({sender}, answer(numbers));
    }
    const auto decoded = round.decode().value();
    for (index i = 0; i < length; ++i) {
      double expected = 0;
      for (index part = 0; part < 5; ++part)
        expected += static_cast<double>((i + part) % 7);
      BOOST_REQUIRE(std::abs(decoded.values.as<float>()[static_cast<std::size_t>(i)] - expected) <
                    1e-4);
    }
  }
}

BOOST_AUTO_TEST_CASE(too_few_answers_say_what_is_missing) {
  auto round = collector("cyclic", 5, 2, 1);
  round.add({0}, answer({1}));
  BOOST_TEST((round.decode().error().code == errc::too_many_stragglers));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::coding
