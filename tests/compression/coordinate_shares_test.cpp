#include <cmath>
#include <numeric>

#include <boost/test/unit_test.hpp>
#include <rapidcheck.h>
#include <rapidcheck/boost_test.h>

#include "algorithms/base/random.hpp"
#include "algorithms/compression/compressors/shares.hpp"

namespace echelon::compression {
namespace {

std::vector<segment> sized(const std::vector<index>& sizes) {
  std::vector<segment> segments;
  for (const index size : sizes)
    segments.push_back({.size = size});
  return segments;
}

using shares = std::vector<index>;

}  // namespace

BOOST_AUTO_TEST_SUITE(coordinate_shares)

BOOST_AUTO_TEST_CASE(the_rest_goes_to_the_largest_remainders) {
  BOOST_TEST(split_coordinates(10, sized({55, 25, 20})) == (shares{6, 2, 2}),
             boost::test_tools::per_element());
  BOOST_TEST(split_coordinates(3, sized({10, 10})) == (shares{2, 1}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(each_tensor_sends_one_and_the_largest_pay_for_it) {
  BOOST_TEST(split_coordinates(10, sized({990, 5, 5})) == (shares{8, 1, 1}),
             boost::test_tools::per_element());
  BOOST_TEST(split_coordinates(1, sized({990, 5, 0, 5})) == (shares{1, 1, 0, 1}),
             boost::test_tools::per_element());
  BOOST_TEST(split_coordinates(0, sized({990, 5})) == (shares{0, 0}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(dense_segments_take_no_share) {
  auto segments = sized({50, 50});
  segments[0].dense = true;
  BOOST_TEST(split_coordinates(10, segments) == (shares{0, 10}), boost::test_tools::per_element());
  BOOST_TEST(split_coordinates(1000, segments) == (shares{0, 50}),
             boost::test_tools::per_element());
}

RC_BOOST_PROP(shares_add_up_and_are_fair, ()) {
  random_stream random{*rc::gen::arbitrary<std::uint64_t>(), "sizes"};
  std::vector<index> sizes(slot(1 + random.below(12)));
  for (index& size : sizes)
    size = random.below(4) == 0 ? random.below(4) : random.below(100'000);
  const index length = std::accumulate(sizes.begin(), sizes.end(), index{0});
  const index total = random.below(2 * length + 2);
  const auto split = split_coordinates(total, sized(sizes));
  const auto filled = sizes.size() - slot(std::ranges::count(sizes, 0));
  const index sum = std::accumulate(split.begin(), split.end(), index{0});
  RC_ASSERT(sum == (total == 0 ? 0 : std::max(std::min(total, length), index(filled))));
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    RC_ASSERT(split[i] <= sizes[i]);
    RC_ASSERT(split[i] >= (total == 0 ? 0 : std::min<index>(1, sizes[i])));
    const double exact = static_cast<double>(std::min(total, length)) *
                         static_cast<double>(sizes[i]) /
                         static_cast<double>(std::max<index>(length, 1));
    // What others have too much for being small is paid by the rest.
    RC_ASSERT(split[i] - exact <= 1 + 1e-6);
    RC_ASSERT(exact - static_cast<double>(split[i]) <= 1 + static_cast<double>(filled));
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::compression
