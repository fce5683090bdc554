#include <cmath>

#include <boost/test/unit_test.hpp>

#include "algorithms/aggregation/server_optimiser.hpp"
#include "tests/support/optimisers.hpp"

namespace echelon::aggregation {
namespace {

double walk(std::string_view name, const std::vector<double>& gradients) {
  const auto rule = learning::make_rule(server_optimisers(), name);
  return learning::walk(*rule, 1, gradients, 0.1);
}

const auto close = boost::test_tools::tolerance(1e-12);

}  // namespace

BOOST_AUTO_TEST_SUITE(server_rules)

BOOST_AUTO_TEST_CASE(sgd_at_rate_one_takes_the_mean_of_the_workers) {
  const auto rule = learning::make_rule(server_optimisers(), "sgd");
  BOOST_TEST(learning::walk(*rule, 5, {5 - 3.0}, 1) == 3);
}

BOOST_AUTO_TEST_CASE(adam_keeps_its_bias_and_starts_at_tau) {
  const double tau = 1e-3;
  double square = 0.99 * tau * tau + 0.01 * 4;
  double x = 1 - 0.1 * 0.2 / (std::sqrt(square) + tau);
  BOOST_TEST(walk("adam", {2}) == x, close);
  square = 0.99 * square + 0.01 * 16;
  x -= 0.1 * (0.9 * 0.2 + 0.4) / (std::sqrt(square) + tau);
  BOOST_TEST(walk("adam", {2, 4}) == x, close);
}

BOOST_AUTO_TEST_CASE(yogi_follows_the_square_by_bounded_steps) {
  const double tau = 1e-3;
  double square = tau * tau + 0.01 * 4;
  double x = 1 - 0.1 * 0.2 / (std::sqrt(square) + tau);
  BOOST_TEST(walk("yogi", {2}) == x, close);
  square -= 0.01 * 1e-4;  // a smaller change lowers it by a hundredth of that change
  x -= 0.1 * (0.9 * 0.2 + 0.1 * 0.01) / (std::sqrt(square) + tau);
  BOOST_TEST(walk("yogi", {2, 0.01}) == x, close);
}

BOOST_AUTO_TEST_CASE(the_catalogue_is_that_of_the_contract) {
  BOOST_TEST(server_optimisers().names() ==
                 (std::vector<std::string>{"sgd", "momentum", "adam", "yogi"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::aggregation
