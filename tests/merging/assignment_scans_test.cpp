#include <boost/test/unit_test.hpp>
#include <rapidcheck/boost_test.h>

#include "algorithms/base/random.hpp"
#include "algorithms/learning/kernels/vector_sets.hpp"

namespace echelon::learning::kernels {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Those this CPU can run; the first is the baseline.
std::vector<const kernel_set<double>*> all_sets() {
  std::vector<const kernel_set<double>*> sets{&baseline_set<double>()};
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    sets.push_back(&avx2_set<double>());
  if (&kernels_for<double>(math_mode::native) == &avx512_set<double>())
    sets.push_back(&avx512_set<double>());
  return sets;
}

/// Few different numbers, so that there are ties, and forbidden places.
std::vector<double> tied_numbers(random_stream& random, index count) {
  std::vector<double> numbers;
  for (index k = 0; k < count; ++k)
    numbers.push_back(random.bernoulli(0.1) ? -infinity : static_cast<double>(random.below(5)));
  return numbers;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(assignment_scans)

RC_BOOST_PROP(the_two_largest_are_found_and_of_equals_the_first, ()) {
  const auto count = *rc::gen::inRange<index>(1, 70);
  random_stream random{*rc::gen::arbitrary<std::uint64_t>(), "scan"};
  const auto row = tied_numbers(random, count);
  std::vector<double> price(slot(count));
  for (double& one : price)
    one = static_cast<double>(random.below(3));
  index first = -1, second = -1;
  const auto gain = [&](index k) { return row[slot(k)] - price[slot(k)]; };
  for (index k = 0; k < count; ++k)
    if (first < 0 || gain(k) > gain(first)) {
      second = first;
      first = k;
    } else if (second < 0 || gain(k) > gain(second)) {
      second = k;
    }
  for (const auto* set : all_sets()) {
    const auto found = set->find_two_largest(row.data(), price.data(), count);
    RC_ASSERT(found.first == gain(first));
    RC_ASSERT(found.second == (second < 0 ? -infinity : gain(second)));
    if (found.first > -infinity)
      RC_ASSERT(found.first_at == first);
    if (found.first == found.second && found.first > -infinity)
      RC_ASSERT(found.second_at == second);
  }
}

RC_BOOST_PROP(columns_rise_and_paths_shorten_alike_on_every_cpu, ()) {
  const auto count = *rc::gen::inRange<index>(1, 70);
  random_stream random{*rc::gen::arbitrary<std::uint64_t>(), "scan"};
  const auto row = tied_numbers(random, count);
  const auto start = tied_numbers(random, count);
  const auto zeros = std::vector<double>(slot(count), 0.0);
  for (const auto* set : all_sets()) {
    auto best = start, winner = zeros, distance = start, from = zeros;
    RC_ASSERT(set->raise(row.data(), 7, best.data(), winner.data(), count));
    const double least = set->shorten(row.data(), zeros.data(), 3, 7, distance.data(), from.data(),
                                      count);
    double expected_least = infinity;
    for (std::size_t k = 0; k < slot(count); ++k) {
      RC_ASSERT(best[k] == std::max(start[k], row[k]));
      RC_ASSERT(winner[k] == (row[k] > start[k] ? 7 : 0));
      RC_ASSERT(distance[k] == std::min(start[k], 3 - row[k]));
      RC_ASSERT(from[k] == (3 - row[k] < start[k] ? 7 : 0));
      if (distance[k] > -infinity)
        expected_least = std::min(expected_least, distance[k]);
    }
    RC_ASSERT(least == expected_least);
  }
}

BOOST_AUTO_TEST_CASE(nan_and_infinity_are_noticed_wherever_they_are) {
  for (const auto* set : all_sets())
    for (std::size_t at = 0; at < 37; ++at)
      for (const double bad : {infinity, std::nan("")}) {
        std::vector<double> row(37, 0.5), best(37, 1.0), winner(37, 0.0);
        row[at] = bad;
        BOOST_TEST(!set->raise(row.data(), 1, best.data(), winner.data(), 37));
      }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::learning::kernels
