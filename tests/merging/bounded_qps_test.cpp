#include <boost/test/unit_test.hpp>

#include "algorithms/base/random.hpp"
#include "algorithms/merging/mixing/bounded_qp.hpp"
#include "algorithms/merging/mixing/cross_gradient_rule.hpp"
#include "tests/support/peer_runs.hpp"

namespace echelon::merging {
namespace {

matrix drawn(random_stream& random, index rows, index columns) {
  matrix made{rows, columns};
  for (index i = 0; i < rows; ++i)
    for (index j = 0; j < columns; ++j)
      made(i, j) = random.normal();
  return made;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(bounded_qps)

BOOST_AUTO_TEST_CASE(solutions_meet_the_conditions_of_optimality) {
  random_stream random{1, "tests.qp"};
  for (int trial = 0; trial < 2000; ++trial) {
    const index k = 1 + random.below(12);
    // Thinner than k: semidefinite.
    const matrix rows = drawn(random, k, 1 + random.below(15));
    const matrix p = rows * rows.transpose();
    const vector q = rows * drawn(random, rows.cols(), 1);
    const double least = trial % 3 == 0 ? 0 : random.uniform();
    const vector u = solve_bounded_qp(p, q, least);
    const vector slope = p * u + q;
    const double scale = p.diagonal().maxCoeff() * (1 + u.cwiseAbs().maxCoeff());
    for (index i = 0; i < k; ++i) {
      BOOST_TEST(u(i) >= least);
      BOOST_TEST(slope(i) >= -1e-7 * scale);
      BOOST_TEST((u(i) - least) * std::abs(slope(i)) <= 1e-7 * scale * (1 + u(i)));
    }
  }
}

BOOST_AUTO_TEST_CASE(equal_and_vanished_rows_have_a_solution_too) {
  BOOST_TEST(solve_bounded_qp(matrix::Zero(3, 3), vector::Zero(3), 0.5) ==
             vector::Constant(3, 0.5));
  const matrix ones = matrix::Ones(4, 4);
  const vector u = solve_bounded_qp(ones, vector::Constant(4, -8), 0.5);
  BOOST_TEST(u.sum() == 8, boost::test_tools::tolerance(1e-6));
  BOOST_TEST(solve_bounded_qp(matrix{0, 0}, vector{}, 1).size() == 0);
}

BOOST_AUTO_TEST_CASE(the_bent_gradient_opposes_no_neighbour) {
  random_stream random{2, "tests.cga"};
  for (int trial = 0; trial < 300; ++trial) {
    const auto draw = [&] {
      std::vector<double> numbers(20);
      for (double& number : numbers)
        number = random.normal();
      return block_of<double>(numbers);
    };
    const block own = draw();
    std::vector<block> gradients;
    std::vector<cross_gradient> crossed;
    for (int i = 0; i < 5; ++i)
      gradients.push_back(draw());
    for (const block& gradient : gradients)
      crossed.push_back({0.2, gradient});
    block_builder bent{20, precision::double_};
    for (const element_range layer : {element_range{0, 12}, {12, 20}}) {
      bend_gradient(bent, layer, own, crossed, 0);
      for (const block& gradient : gradients)
        BOOST_TEST(dot(gradient, bent, layer) >= -1e-6);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::merging
