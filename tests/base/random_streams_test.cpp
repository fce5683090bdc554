#include <algorithm>
#include <cmath>
#include <set>

#include <boost/test/unit_test.hpp>

#include "algorithms/base/random.hpp"

namespace echelon {

namespace {

struct moments {
  double mean = 0;
  double variance = 0;
};

template <class Draw>
moments moments_of(int draws, Draw draw) {
  double sum = 0;
  double squares = 0;
  for (int i = 0; i < draws; ++i) {
    const double x = draw();
    sum += x;
    squares += x * x;
  }
  const double mean = sum / draws;
  return {mean, squares / draws - mean * mean};
}

constexpr int many = 200'000;

/// Six standard errors of the mean of `many` draws.
double tolerance(double variance) { return 6 * std::sqrt(variance / many); }

}  // namespace

BOOST_AUTO_TEST_SUITE(random_streams)

BOOST_AUTO_TEST_CASE(first_draws_are_the_same_in_every_release) {
  random_stream raw{1, "golden"};
  BOOST_TEST(raw() == 0x3c2924ec039a625du);
  BOOST_TEST(raw() == 0xb4d88ad570937cc9u);
  random_stream drawn{2026, "delay.compute", 3, 17};
  BOOST_TEST(drawn.uniform() == 0.2389574258509114);
  BOOST_TEST(drawn.exponential() == 0.55424137778694726);
  BOOST_TEST(drawn.normal() == -1.3534112374377179);
  BOOST_TEST(drawn.gamma(0.1) == 0.06982972470534049);
  BOOST_TEST(drawn.below(1000) == 529);
}

BOOST_AUTO_TEST_CASE(equal_arguments_give_equal_streams_and_any_difference_another) {
  const auto first = [](random_stream stream) { return stream(); };
  BOOST_TEST(first({7, "a", 1, 2}) == first({7, "a", 1, 2}));
  const std::set<std::uint64_t> different{first({7, "a", 1, 2}), first({8, "a", 1, 2}),
                                          first({7, "b", 1, 2}), first({7, "a", 2, 1}),
                                          first({7, "a", 1, 3}), first({7, "ab", 1, 2})};
  BOOST_TEST(different.size() == 6u);
}

BOOST_AUTO_TEST_CASE(neighbouring_streams_are_not_correlated) {
  double product = 0;
  for (int round = 0; round < many; ++round) {
    const auto at = static_cast<std::uint64_t>(round);
    random_stream here{1, "delay", 4, at};
    random_stream next{1, "delay", 4, at + 1};
    random_stream beside{1, "delay", 5, at};
    product += (here.uniform() - 0.5) * ((next.uniform() - 0.5) + (beside.uniform() - 0.5));
  }
  // The terms have mean 0 and variance 2 / 144.
  BOOST_TEST(std::abs(product / many) < tolerance(2.0 / 144));
}

BOOST_AUTO_TEST_CASE(distributions_have_their_means_and_variances) {
  random_stream stream{5, "moments"};
  const auto uniform = moments_of(many, [&] { return stream.uniform(); });
  BOOST_TEST(std::abs(uniform.mean - 0.5) < tolerance(1.0 / 12));
  BOOST_TEST(std::abs(uniform.variance - 1.0 / 12) < 0.001);
  const auto exponential = moments_of(many, [&] { return stream.exponential(); });
  BOOST_TEST(std::abs(exponential.mean - 1) < tolerance(1));
  BOOST_TEST(std::abs(exponential.variance - 1) < 0.05);
  const auto normal = moments_of(many, [&] { return stream.normal(); });
  BOOST_TEST(std::abs(normal.mean) < tolerance(1));
  BOOST_TEST(std::abs(normal.variance - 1) < 0.02);
  const auto tries = moments_of(many, [&] { return static_cast<double>(stream.geometric(0.25)); });
  BOOST_TEST(std::abs(tries.mean - 1 / 0.75) < tolerance(0.25 / 0.5625));
  BOOST_TEST(std::abs(tries.variance - 0.25 / 0.5625) < 0.03);
  for (const double shape : {0.1, 0.5, 1.0, 3.0, 50.0}) {
    const auto gamma = moments_of(many, [&] { return stream.gamma(shape); });
    BOOST_TEST(std::abs(gamma.mean - shape) < tolerance(shape));
    BOOST_TEST(std::abs(gamma.variance / shape - 1) < 0.1);
  }
}

BOOST_AUTO_TEST_CASE(below_is_unbiased_even_where_the_range_does_not_divide_two_to_the_64) {
  random_stream stream{6, "below"};
  std::vector<int> counts(7);
  for (int i = 0; i < 70'000; ++i)
    ++counts[static_cast<std::size_t>(stream.below(7))];
  double chi_square = 0;
  for (const int count : counts)
    chi_square += (count - 10'000.0) * (count - 10'000.0) / 10'000.0;
  BOOST_TEST(chi_square < 27.9);  // the 99.99 % point for 6 degrees of freedom
  // Without rejection the lower half of this range would come up twice as often as the upper one.
  const index range = index{3} << 61;
  int low = 0;
  for (int i = 0; i < 20'000; ++i)
    low += stream.below(range) < (index{1} << 62);
  BOOST_TEST(std::abs(low - 20'000 * 2.0 / 3) < 6 * std::sqrt(20'000 * 2.0 / 9));
}

BOOST_AUTO_TEST_CASE(permutations_and_samples_hold_every_member_once) {
  random_stream stream{7, "permutation"};
  for (const index count : {0, 1, 2, 17, 1000}) {
    auto order = permutation(stream, count);
    std::ranges::sort(order);
    for (index i = 0; i < count; ++i)
      BOOST_REQUIRE(order[static_cast<std::size_t>(i)] == i);
    for (const index chosen : {index{0}, count / 10, count / 2, count}) {
      const auto members = sample_without_replacement(stream, count, chosen);
      const std::set<index> unique(members.begin(), members.end());
      BOOST_TEST(std::ssize(unique) == chosen);
      BOOST_TEST((unique.empty() || (*unique.begin() >= 0 && *unique.rbegin() < count)));
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon
