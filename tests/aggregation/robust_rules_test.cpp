#include <cmath>
#include <limits>
#include <numeric>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "algorithms/aggregation/robust_aggregation.hpp"
#include "algorithms/base/random.hpp"

namespace echelon::aggregation {
namespace {

namespace data = boost::unit_test::data;

robust_aggregation_ptr make_rule(std::string_view name, value_table settings = {}) {
  auto made = robust_aggregations().make(name, settings, "aggregation");
  BOOST_REQUIRE_MESSAGE(made.has_value(), (made ? "" : made.error().detail));
  return *made;
}

block block_of(const std::vector<double>& numbers) {
  block_builder made{std::ssize(numbers), precision::double_};
  std::ranges::copy(numbers, made.as<double>().begin());
  return block::freeze(std::move(made));
}

/// Honest senders: one truth and a little noise.
std::vector<block> honest(index senders, index length, random_stream& random) {
  std::vector<block> all;
  for (index s = 0; s < senders; ++s) {
    std::vector<double> numbers(slot(length));
    for (std::size_t i = 0; i < numbers.size(); ++i)
      numbers[i] = static_cast<double>(i) + 0.1 * random.normal();
    all.push_back(block_of(numbers));
  }
  return all;
}

aggregate combined(const robust_aggregation& rule, const std::vector<block>& senders) {
  auto made = rule.combine(senders);
  BOOST_REQUIRE_MESSAGE(made.has_value(), (made ? "" : made.error().detail));
  return *std::move(made);
}

std::vector<double> value_of(std::string_view name, const std::vector<block>& senders,
                             value_table settings = {}) {
  const aggregate made = combined(*make_rule(name, std::move(settings)), senders);
  const auto values = made.value.as<double>();
  return {values.begin(), values.end()};
}

const auto close = boost::test_tools::tolerance(1e-9);

}  // namespace

BOOST_AUTO_TEST_SUITE(robust_rules)

BOOST_AUTO_TEST_CASE(small_ones_are_as_by_hand) {
  const std::vector<block> five{block_of({1, 50}), block_of({2, 10}), block_of({3, 20}),
                                block_of({4, 40}), block_of({100, 30})};
  BOOST_TEST(value_of("mean", five) == (std::vector<double>{22, 30}));
  BOOST_TEST(value_of("median", five) == (std::vector<double>{3, 30}));
  BOOST_TEST(value_of("trimmed-mean", five) == (std::vector<double>{3, 30}));
  const std::vector<block> line{block_of({0}), block_of({1}), block_of({3}), block_of({5}),
                                block_of({90})};
  // Nearest two each: 0: 1 + 9, 1: 1 + 4, 3: 4 + 4, 5: 4 + 16.
  BOOST_TEST(value_of("krum", line) == std::vector<double>{1});
  BOOST_TEST(value_of("multi-krum", line) == std::vector<double>{2});
  BOOST_TEST(value_of("median", {block_of({1}), block_of({3})}) == std::vector<double>{2});
  // The Fermat point of a symmetric triangle, seen at 120 degrees from each side.
  const auto point = value_of("geometric-median",
                              {block_of({-1, 0}), block_of({1, 0}), block_of({0, 4})});
  BOOST_TEST(std::abs(point[0]) < 1e-9);
  BOOST_TEST(point[1] == 1 / std::sqrt(3.0), boost::test_tools::tolerance(1e-7));
}

BOOST_DATA_TEST_CASE(equal_vectors_give_themselves, data::make(robust_aggregations().names()),
                     name) {
  const auto rule = make_rule(name);
  const aggregate made = combined(*rule, std::vector<block>(7, block_of({3, -2, 0.5})));
  BOOST_TEST(made.value.as<double>()[0] == 3, close);
  BOOST_TEST(made.value.as<double>()[1] == -2, close);
  BOOST_TEST(std::accumulate(made.shares.begin(), made.shares.end(), 0.0) == 1, close);
}

BOOST_DATA_TEST_CASE(who_sends_first_does_not_matter_and_moving_all_moves_the_result,
                     data::make(robust_aggregations().names()), name) {
  const auto rule = make_rule(name);
  random_stream random{1, "tests.robust"};
  for (int trial = 0; trial < 50; ++trial) {
    auto senders = honest(9, 6, random);
    const aggregate before = combined(*rule, senders);
    std::vector<block> moved;
    for (const block& sender : senders) {
      std::vector<double> numbers(sender.as<double>().begin(), sender.as<double>().end());
      for (double& number : numbers)
        number = 3 * number - 7;
      moved.push_back(block_of(numbers));
    }
    random.shuffle(std::span{senders});
    const aggregate shuffled = combined(*rule, senders);
    const aggregate after = combined(*rule, moved);
    for (std::size_t i = 0; i < 6; ++i) {
      BOOST_TEST(std::abs(shuffled.value.as<double>()[i] - before.value.as<double>()[i]) < 1e-8);
      BOOST_TEST(std::abs(after.value.as<double>()[i] - (3 * before.value.as<double>()[i] - 7)) <
                 1e-6);
    }
  }
}

BOOST_DATA_TEST_CASE(as_many_liars_as_a_rule_stands_move_it_little,
                     data::make(robust_aggregations().names()), name) {
  random_stream random{2, "tests.robust"};
  for (int trial = 0; trial < 60; ++trial) {
    const index count = 7 + random.below(10);
    const auto rule = make_rule(name, name.find("krum") != std::string::npos || name[0] == 't'
                                          ? value_table{{"liars", (count - 3) / 2}}
                                          : value_table{});
    auto senders = honest(count, 6, random);
    const index liars = rule->tolerance(count);
    BOOST_TEST((liars > 0) == (name != "mean"));
    for (index liar = 0; liar < liars; ++liar) {
      std::vector<double> lie(6);
      for (double& number : lie)
        number = trial % 3 == 0   ? 1e6 * random.normal()
                 : trial % 3 == 1 ? 1e3  // all of them together
                                  : std::numeric_limits<double>::quiet_NaN();
      senders[slot(count - 1 - liar)] = block_of(lie);
    }
    const aggregate made = combined(*rule, senders);
    for (std::size_t i = 0; i < 6; ++i)
      BOOST_TEST(std::abs(made.value.as<double>()[i] - static_cast<double>(i)) < 10);
  }
}

BOOST_AUTO_TEST_CASE(one_liar_moves_the_mean_where_it_likes) {
  BOOST_TEST(value_of("mean", {block_of({0}), block_of({0}), block_of({3e9})})[0] == 1e9);
}

BOOST_AUTO_TEST_CASE(too_few_and_too_many_unusable_ones_are_refused) {
  const block good = block_of({1}), bad = block_of({std::nan("")});
  const auto refusal = [](std::string_view name, std::vector<block> senders) {
    const auto made = make_rule(name)->combine(senders);
    return made ? std::string{} : made.error().detail;
  };
  BOOST_TEST(refusal("mean", {good, bad}) == "1 of 2 vectors are not finite; this rule stands 0");
  BOOST_TEST(refusal("median", {good, bad, bad}) ==
             "2 of 3 vectors are not finite; this rule stands 1");
  BOOST_TEST(refusal("median", {good, good, bad}) == "");
  BOOST_TEST(refusal("krum", {good, good, good}) ==
             "3 vectors are too few to judge by the nearest of them; 1 liars need 4 or more");
  BOOST_TEST(refusal("trimmed-mean", {good, good}) ==
             "2 vectors leave nothing without 1 at either end; there must be more than 2");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::aggregation
