#include <boost/test/unit_test.hpp>
#include <rapidcheck/boost_test.h>

#include <numeric>

#include "algorithms/coding/part_runs.hpp"

namespace echelon::coding {
namespace {

const auto each = boost::test_tools::per_element();

std::vector<index> shares_of(std::vector<double> capacities, index total, index cap) {
  return quotas(capacities, total, cap);
}

index total_of(const std::vector<index>& shares) {
  return std::accumulate(shares.begin(), shares.end(), index{0});
}

}  // namespace

BOOST_AUTO_TEST_SUITE(part_runs)

BOOST_AUTO_TEST_CASE(shares_follow_the_capacities) {
  BOOST_TEST(shares_of({2, 3, 5}, 10, 5) == (std::vector<index>{2, 3, 5}), each);
  BOOST_TEST(shares_of({4, 6, 8, 10, 12}, 60, 20) == (std::vector<index>{6, 9, 12, 15, 18}), each);
}

BOOST_AUTO_TEST_CASE(fractions_go_to_the_largest_remainders_and_ties_to_the_first) {
  BOOST_TEST(shares_of({1, 1, 1}, 8, 8) == (std::vector<index>{3, 3, 2}), each);
  BOOST_TEST(shares_of({1, 2, 4}, 5, 5) == (std::vector<index>{1, 1, 3}), each);
  BOOST_TEST(shares_of({0.1, 0.1, 0.1}, 3, 3) == (std::vector<index>{1, 1, 1}), each);
}

BOOST_AUTO_TEST_CASE(what_a_dominant_sender_cannot_hold_goes_to_the_others) {
  // Specification 4.3: m = (3, 4, 5), two absent edges; m = (6, 2, 2), one.
  BOOST_TEST(shares_of({3, 4, 5}, 36, 12) == (std::vector<index>{12, 12, 12}), each);
  BOOST_TEST(shares_of({6, 2, 2}, 20, 10) == (std::vector<index>{10, 5, 5}), each);
}

BOOST_AUTO_TEST_CASE(senders_without_capacity_get_nothing) {
  BOOST_TEST(shares_of({0, 1, 0, 1}, 4, 2) == (std::vector<index>{0, 2, 0, 2}), each);
}

BOOST_AUTO_TEST_CASE(runs_of_the_golden_example) {
  // Specification 4.7: three edges, then the five workers of the last.
  const std::vector<index> edges{2, 3, 5};
  BOOST_TEST((lay_runs(edges, 5) == std::vector<support>{{{0, 2}, 2}, {{1, 2}, 3}}));
  const std::vector<index> workers{2, 2, 2, 2, 2};
  BOOST_TEST(
      (lay_runs(workers, 5) ==
       std::vector<support>{{{0, 2}, 1}, {{0, 3}, 1}, {{1, 3}, 1}, {{1, 4}, 1}, {{2, 4}, 1}}));
}

RC_BOOST_PROP(any_shares_add_up_and_lay_every_part_on_as_many_senders, ()) {
  const auto speeds = *rc::gen::nonEmpty(
                           rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 30)))
                           .as("speeds");
  const std::vector<double> capacities(speeds.begin(), speeds.end());
  const auto able = std::ranges::count_if(capacities, [](double speed) { return speed > 0; });
  RC_PRE(able > 0);
  const auto copies = *rc::gen::inRange<index>(1, able + 1).as("copies");
  const auto parts = *rc::gen::inRange<index>(1, 40).as("parts");

  const auto shares = quotas(capacities, parts * copies, parts);

  RC_ASSERT(total_of(shares) == parts * copies);
  index laid = 0;
  for (const support& held : lay_runs(shares, parts)) {
    RC_ASSERT(std::ssize(held.holders) == copies);
    RC_ASSERT(std::ranges::adjacent_find(held.holders) == held.holders.end());
    laid += held.parts;
  }
  RC_ASSERT(laid == parts);
  for (std::size_t i = 0; i < shares.size(); ++i) {
    RC_ASSERT(shares[i] >= 0 && shares[i] <= parts);
    RC_ASSERT(capacities[i] > 0 || shares[i] == 0);
    for (std::size_t j = 0; j < shares.size(); ++j)
      RC_ASSERT(capacities[i] < capacities[j] || shares[i] >= shares[j] ||
                capacities[i] == capacities[j]);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::coding
