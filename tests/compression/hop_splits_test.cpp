#include <boost/test/unit_test.hpp>

#include "algorithms/compression/ratios/allocation.hpp"
#include "algorithms/compression/ratios/hop_budgets.hpp"
#include "tests/support/ratio_problems.hpp"

namespace echelon::compression {
namespace {

std::vector<hop> random_hops(random_stream& random) {
  std::vector<hop> hops(slot(1 + random.below(4)));
  for (hop& each : hops) {
    each.weights = random_weights(random, 1 + random.below(8));
    for (std::size_t i = 0; i < each.weights.size(); ++i)
      each.divergences.push_back(random.exponential());
    each.price = std::pow(10, random.uniform(-1, 1));
  }
  return hops;
}

double cost(const std::vector<hop>& hops, const std::vector<double>& ratios) {
  double total = 0;
  for (std::size_t h = 0; h < hops.size(); ++h)
    total += hops[h].price * static_cast<double>(hops[h].weights.size()) * ratios[h];
  return total;
}

/// The factor with the allocation each hop would really get.
double factor(const std::vector<hop>& hops, const std::vector<double>& ratios) {
  double total = 0;
  for (std::size_t h = 0; h < hops.size(); ++h) {
    const hop& each = hops[h];
    const double single = psi(
        each.weights, each.divergences,
        refined_allocation(each.weights, each.divergences, ratios[h], 0, 1e9));
    total += single * single;
  }
  return total;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(hop_splits)

BOOST_AUTO_TEST_CASE(one_hop_gets_the_budget_and_equal_hops_the_same) {
  const hop single{.weights = {.6, .4}, .divergences = {}, .price = 7};
  BOOST_TEST(std::abs(hop_budgets(std::vector{single}, .01)[0] - .01) < 1e-12);
  for (const double ratio : hop_budgets(std::vector(3, single), .2))
    BOOST_TEST(std::abs(ratio - .2) < 1e-12);
}

BOOST_AUTO_TEST_CASE(a_link_eight_times_as_dear_gets_half_the_ratio) {
  const hop near{.weights = {.5, .5}, .divergences = {}, .price = 1};
  hop far = near;
  far.price = 8;
  const auto ratios = hop_budgets(std::vector{near, far}, .05);
  BOOST_TEST(std::abs(ratios[0] / ratios[1] - 2) < 1e-9);
}

BOOST_AUTO_TEST_CASE(the_budget_is_spent_and_no_other_split_is_better) {
  random_stream random{1, "tests.hops"};
  for (int instance = 0; instance < 200; ++instance) {
    const std::vector<hop> hops = random_hops(random);
    const double budget = std::pow(10, random.uniform(-3, 0));
    const auto ratios = hop_budgets(hops, budget);
    const double whole = cost(hops, std::vector<double>(hops.size(), 1));
    BOOST_TEST(std::abs(cost(hops, ratios) / (budget * whole) - 1) < 1e-9);
    const double best = factor(hops, ratios);
    for (int trial = 0; trial < 50 && hops.size() > 1; ++trial) {
      auto other = ratios;
      const std::size_t from = slot(random.below(std::ssize(hops)));
      const std::size_t to = (from + 1) % hops.size();
      const double unit_from = hops[from].price * static_cast<double>(hops[from].weights.size());
      const double unit_to = hops[to].price * static_cast<double>(hops[to].weights.size());
      const double moved = std::min(0.99 * other[from] * unit_from, (1 - other[to]) * unit_to) *
                           std::pow(random.uniform(), 4);
      other[from] -= moved / unit_from;
      other[to] += moved / unit_to;
      BOOST_TEST_REQUIRE(factor(hops, other) >= best * (1 - 1e-9));
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::compression
