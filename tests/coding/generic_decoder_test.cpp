#include "algorithms/coding/row_space.hpp"

#include <Eigen/QR>
#include <boost/test/unit_test.hpp>

#include "algorithms/base/matrix.hpp"
#include "algorithms/base/random.hpp"

namespace echelon::coding {
namespace {

using rows = std::vector<std::vector<coded_part>>;

row_space space_of(index parts, const rows& given) {
  row_space space{parts};
  for (const auto& row : given)
    space.add(row);
  return space;
}

matrix dense(index parts, const rows& given) {
  matrix all = matrix::Zero(std::ssize(given), parts);
  for (index row = 0; row < all.rows(); ++row)
    for (const coded_part& entry : given[static_cast<std::size_t>(row)])
      all(row, entry.part) += entry.coefficient;
  return all;
}

/// ||a B - 1|| for the a that makes it least, by a pivoted QR of the whole matrix.
double least_error(index parts, const rows& given) {
  if (given.empty())
    return std::sqrt(static_cast<double>(parts));
  const matrix all = dense(parts, given);
  const Eigen::MatrixXd columns = all.transpose();
  const vector ones = vector::Ones(parts);
  const vector weights = columns.completeOrthogonalDecomposition().solve(ones);
  return (columns * weights - ones).norm();
}

double error_of(index parts, const rows& given, const decoding& how) {
  vector sum = -vector::Ones(parts);
  const matrix all = dense(parts, given);
  for (index row = 0; row < all.rows(); ++row)
    sum += how.weights[static_cast<std::size_t>(row)] * all.row(row).transpose();
  return sum.norm();
}

std::vector<coded_part> draw_row(random_stream& random, index parts) {
  std::vector<coded_part> row;
  const index kind = random.below(4);  // one part, a run of ones, or anything sparse
  if (kind == 0)
    return {{random.below(parts), 0.5 + random.uniform()}};
  if (kind == 1) {
    const index first = random.below(parts);
    for (index part = first; part < std::min(parts, first + 1 + random.below(parts)); ++part)
      row.push_back({part, 1.0});
    return row;
  }
  for (index part = 0; part < parts; ++part)
    if (random.bernoulli(0.4))
      row.push_back({part, random.normal()});
  return row;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(generic_decoder)

BOOST_AUTO_TEST_CASE(disjoint_sums_complete_one_another) {
  const rows given{{{0, 1.0}, {1, 1.0}}, {{2, 1.0}}, {{3, 1.0}, {4, 1.0}}};
  row_space space{5};
  for (const auto& row : given) {
    BOOST_TEST(!space.spans_sum());
    space.add(row);
  }
  BOOST_TEST(space.spans_sum());
  const auto how = space.combine();
  BOOST_TEST(how.exact);
  BOOST_TEST(how.amplification == 1.0);
  BOOST_TEST(how.weights == (std::vector<double>{1, 1, 1}), boost::test_tools::tolerance(1e-15));
}

BOOST_AUTO_TEST_CASE(a_part_known_alone_is_taken_out_of_a_sum_that_holds_it_twice) {
  // g0 + g1, g1 + g2 and g1 give g0 + g1 + g2 by the weights 1, 1, -1.
  const rows given{{{0, 1.0}, {1, 1.0}}, {{1, 1.0}, {2, 1.0}}, {{1, 2.0}}};
  const auto space = space_of(3, given);
  BOOST_TEST(space.spans_sum());
  const auto how = space.combine();
  BOOST_TEST(how.weights == (std::vector<double>{1, 1, -0.5}),
             boost::test_tools::tolerance(1e-14) << boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(spans_and_errors_agree_with_a_factorisation_of_the_whole_matrix) {
  random_stream random{1, "tests.generic_decoder"};
  int complete = 0;
  for (int repetition = 0; repetition < 3000; ++repetition) {
    const index parts = 1 + random.below(9);
    rows given;
    row_space space{parts};
    for (index row = random.below(2 * parts + 1); row > 0; --row) {
      given.push_back(draw_row(random, parts));
      space.add(given.back());
    }
    const double least = least_error(parts, given);
    const auto how = space.combine();
    // Rows drawn at random are as badly conditioned as chance has it; 1e-7 parts them well.
    BOOST_REQUIRE(space.spans_sum() == (least < 1e-7));
    BOOST_REQUIRE(how.exact == space.spans_sum());
    BOOST_REQUIRE(std::abs(error_of(parts, given, how) - least) < 1e-7);
    const double root = std::sqrt(static_cast<double>(parts));
    BOOST_REQUIRE(std::abs(how.residual * root - error_of(parts, given, how)) < 1e-9);
    complete += space.spans_sum();
  }
  BOOST_TEST(complete > 500);
  BOOST_TEST(complete < 2500);
}

BOOST_AUTO_TEST_CASE(what_is_missing_completes_the_sum) {
  random_stream random{2, "tests.generic_decoder"};
  for (int repetition = 0; repetition < 1000; ++repetition) {
    const index parts = 1 + random.below(12);
    rows given;
    for (index row = random.below(parts); row > 0; --row)
      given.push_back(draw_row(random, parts));
    auto space = space_of(parts, given);
    const auto missing = space.missing();
    BOOST_REQUIRE(missing.empty() == space.spans_sum());
    space.add(missing);
    BOOST_REQUIRE(space.spans_sum());
    BOOST_REQUIRE(space.combine().exact);
  }
}

BOOST_AUTO_TEST_CASE(nothing_is_asked_for_twice) {
  const rows given{{{0, 1.0}, {1, 1.0}}, {{4, 1.0}}};
  const auto missing = space_of(5, given).missing();
  BOOST_TEST((missing == std::vector<coded_part>{{2, 1.0}, {3, 1.0}}));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::coding
