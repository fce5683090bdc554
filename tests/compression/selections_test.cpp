#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <rapidcheck.h>
#include <rapidcheck/boost_test.h>

#include "algorithms/base/hash.hpp"
#include "algorithms/compression/selection/magnitude.hpp"
#include "algorithms/compression/selection/selection.hpp"

namespace echelon::compression {
namespace {

namespace data = boost::unit_test::data;

struct kind_of_input {
  const char* name;
  std::function<float(random_stream&)> draw;
};

std::ostream& operator<<(std::ostream& out, const kind_of_input& kind) { return out << kind.name; }

float normal(random_stream& random) { return static_cast<float>(random.normal()); }

const kind_of_input every_input[]{
    {"normal", normal},
    {"all equal", [](random_stream&) { return -1.5F; }},
    {"all zero", [](random_stream&) { return 0.0F; }},
    {"few levels", [](random_stream& random) { return static_cast<float>(random.below(5)) - 2; }},
    {"sparse", [](random_stream& random) { return random.bernoulli(0.003) ? normal(random) : 0; }},
    {"denormal", [](random_stream& random) { return normal(random) * 1e-40F; }},
    {"huge", [](random_stream& random) { return static_cast<float>(random.uniform() * 3.4e38); }},
    {"narrow", [](random_stream& random) { return 1 + normal(random) * 1e-6F; }},
    // What error feedback leaves: nothing above the last threshold, and much just below it.
    {"memory", [](random_stream& random) { return std::clamp(normal(random), -1.2F, 1.2F); }},
};

std::vector<float> drawn(const kind_of_input& kind, random_stream& random, index length) {
  std::vector<float> values(slot(length));
  for (float& value : values)
    value = kind.draw(random);
  return values;
}

/// By sorting everything: the definition.
std::vector<std::uint32_t> sorted_largest(std::span<const float> values, index count) {
  std::vector<std::uint32_t> order(values.size());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::stable_sort(order, [&](std::uint32_t one, std::uint32_t other) {
    return magnitude_of(values[one]) > magnitude_of(values[other]);
  });
  order.resize(std::min(order.size(), slot(count)));
  std::erase_if(order, [&](std::uint32_t i) { return magnitude_of(values[i]) == 0; });
  std::ranges::sort(order);
  return order;
}

void check_chosen(std::span<const float> values, const selection& chosen,
                  const std::vector<std::uint32_t>& expected) {
  BOOST_REQUIRE(chosen.indices == expected);
  for (std::size_t i = 0; i < expected.size(); ++i)
    BOOST_REQUIRE(chosen.values[i] == values[expected[i]]);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(selections)

BOOST_DATA_TEST_CASE(the_largest_are_those_that_sorting_finds, data::make(every_input), kind) {
  random_stream random{1, kind.name};
  for (const index length : {1, 63, 64, 1000, 40'000, 100'001}) {
    const auto values = drawn(kind, random, length);
    for (const index count : {index{0}, index{1}, length / 1000, length / 100, length / 2,
                              length - 1, length, length + 7}) {
      const auto expected = sorted_largest(values, count);
      for (const scan_kernels& scan : runnable_scans())
        check_chosen(values, select_largest(values, count, scan).value(), expected);
    }
  }
}

RC_BOOST_PROP(the_largest_are_found_wherever_they_are, ()) {
  const auto random = std::make_unique<random_stream>(*rc::gen::arbitrary<std::uint64_t>(), "any");
  const index length = 32'768 + random->below(40'000);
  std::vector<float> values(slot(length));
  const index period = 1 + random->below(300);
  const index start = random->below(length);
  // A stretch of its own scale, and a period, which a careless sample would not see.
  for (index i = 0; i < length; ++i)
    values[slot(i)] = normal(*random) * (i >= start && i < start + 5000 ? 100.0F : 1.0F) *
                      (i % period == 0 ? 10.0F : 1.0F);
  const index count = random->below(length);
  RC_ASSERT(select_largest(values, count).value().indices == sorted_largest(values, count));
}

BOOST_AUTO_TEST_CASE(a_sample_that_misleads_costs_time_and_nothing_else) {
  // Values of their own exactly where select_largest looks in a vector of this length.
  constexpr std::uint64_t samples = 4096, width = 16;
  for (const float seen : {2.0F, 0.25F}) {
    random_stream random{2, "mislead"};
    auto values = drawn(every_input[7], random, samples * width);
    for (std::uint64_t i = 0; i < samples; ++i)
      values[i * width + hash_combine(0, i) % width] = seen;
    for (const index count : {100, 10'000, 50'000})
      BOOST_TEST(select_largest(values, count).value().indices == sorted_largest(values, count));
  }
}

BOOST_DATA_TEST_CASE(a_threshold_takes_what_reaches_it, data::make(every_input), kind) {
  random_stream random{3, kind.name};
  for (const index length : {1, 64, 5000}) {
    const auto values = drawn(kind, random, length);
    for (const double threshold : {0.0, 1e-41, 0.5, 1.2, 1.5, 2.0, 1e38, 1e300}) {
      std::vector<std::uint32_t> expected;
      for (std::size_t i = 0; i < values.size(); ++i)
        if (values[i] != 0 && std::abs(double{values[i]}) >= threshold)
          expected.push_back(static_cast<std::uint32_t>(i));
      for (const scan_kernels& scan : runnable_scans())
        check_chosen(values, select_above(values, threshold, 0, scan).value(), expected);
      const auto capped = select_above(values, threshold, 5).value();
      const auto five = sorted_largest(values, 5);
      BOOST_TEST((expected.size() <= 5 ? capped.indices == expected : capped.indices == five));
    }
  }
}

BOOST_AUTO_TEST_CASE(of_a_burst_the_largest_are_taken) {
  random_stream random{6, "burst"};
  const auto values = drawn(every_input[0], random, 100'000);
  for (const index most : {1, 100, 20'000})
    for (const double threshold : {0.0, 0.1, 1.0})
      check_chosen(values, select_above(values, threshold, most).value(),
                   sorted_largest(values, most));
}

BOOST_DATA_TEST_CASE(a_sampled_threshold_comes_within_30_percent, data::make(every_input), kind) {
  random_stream random{4, kind.name};
  const auto values = drawn(kind, random, 50'000);
  for (const index count : {0, 1, 50, 500, 5000, 50'000}) {
    const auto all = sorted_largest(values, count);
    const auto chosen = select_about(values, count, random).value();
    BOOST_TEST(chosen.size() <= std::max<double>(1.3 * static_cast<double>(count), 0));
    BOOST_TEST(static_cast<double>(chosen.size()) >=
               std::min<double>(0.7 * static_cast<double>(count), static_cast<double>(all.size())));
    BOOST_TEST(chosen.indices == sorted_largest(values, chosen.size()));
  }
}

BOOST_AUTO_TEST_CASE(what_is_not_finite_is_refused) {
  for (const float bad :
       {std::numeric_limits<float>::quiet_NaN(), -std::numeric_limits<float>::infinity()})
    for (const index length : {1, 100, 70'000}) {
      random_stream random{5, "bad"};
      auto values = drawn(every_input[0], random, length);
      values[slot(length / 2)] = bad;
      for (const scan_kernels& scan : runnable_scans()) {
        for (const index count : {index{0}, index{1}, length / 2, length})
          BOOST_TEST(!select_largest(values, count, scan).has_value());
        BOOST_TEST(!select_above(values, 1e300, 0, scan).has_value());
        BOOST_TEST(!select_about(values, 1, random, scan).has_value());
        BOOST_TEST(!check_finite(values, scan).has_value());
      }
    }
  BOOST_TEST(check_finite({}).has_value());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::compression
