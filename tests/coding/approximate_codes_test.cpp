#include <cmath>

#include <boost/test/unit_test.hpp>

#include <Eigen/SVD>

#include "tests/support/codes.hpp"

namespace echelon::coding {
namespace {

result<gradient_code_ptr> make(std::string_view name, const code_shape& shape,
                               const value_table& settings) {
  return codes().make(name, settings, "coding", shape);
}

/// The mean squared error over so many random absences, each a share of the senders.
double mean_square_error(const gradient_code& code, index absent) {
  constexpr int draws = 1000;
  random_stream random{5, "approximate"};
  double sum = 0;
  for (int draw = 0; draw < draws; ++draw) {
    const auto how = decode(code, random_arrivals(random, code.shape().senders, absent)).value();
    sum += how.residual * how.residual;
  }
  return sum / draws;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(approximate_codes)

BOOST_AUTO_TEST_CASE(errors_are_those_of_the_specification) {
  // Specification 12: N = 60, d = 4, random stragglers 10, 20 and 30 %.
  const double optimal[]{0.0000, 0.0011, 0.0058};
  const double one_step[]{0.027, 0.060, 0.100};
  for (std::size_t i = 0; i < 3; ++i) {
    const index absent = 6 * static_cast<index>(i + 1);
    const code_shape shape{60, 60, absent};
    const auto best = make("erasure-head", shape, {{"copies", 4}}).value();
    BOOST_TEST(std::abs(mean_square_error(*best, absent) - optimal[i]) <= 0.002);
    const auto quick = make("erasure-head", shape, {{"copies", 4}, {"decoding", "one-step"}});
    BOOST_TEST(std::abs(mean_square_error(**quick, absent) - one_step[i]) <= 0.008);
  }
  const auto bernoulli = make("bernoulli", {60, 60, 6}, {{"copies", 4}}).value();
  BOOST_TEST(std::abs(mean_square_error(*bernoulli, 6) - 0.044) <= 0.02);
}

BOOST_AUTO_TEST_CASE(erasure_head_goes_on_when_every_group_or_enough_senders_have_answered) {
  const auto code = make("erasure-head", {6, 6, 2}, {{"copies", 2}}).value();
  BOOST_TEST(!code->exact());
  const std::vector<index> groups{0, 3, 4};
  BOOST_TEST(decodable(*code, groups));
  BOOST_TEST(decode(*code, groups)->exact);
  const std::vector<index> four{0, 1, 2, 3};
  const auto how = decode(*code, four).value();
  BOOST_TEST(!how.exact);
  BOOST_TEST(how.residual == std::sqrt(2.0 / 6));
  BOOST_TEST(how.weights == (std::vector<double>{1, 0, 1, 0}), boost::test_tools::per_element());
  const std::vector<index> three{0, 1, 2};
  BOOST_TEST(!decodable(*code, three));
}

BOOST_AUTO_TEST_CASE(erasure_head_with_more_copies_than_stragglers_is_exact) {
  BOOST_TEST(make("erasure-head", {9, 9, 2}, {{"copies", 3}}).value()->exact());
}

BOOST_AUTO_TEST_CASE(an_optimal_decode_is_never_worse_than_one_step) {
  for (const std::string_view name : {"bernoulli", "stochastic-block", "expander"}) {
    const code_shape shape{20, 40, 6};
    const auto best = make(name, shape, {{"decoding", "optimal"}, {"copies", 3}}).value();
    const auto quick = make(name, shape, {{"decoding", "one-step"}, {"copies", 3}}).value();
    BOOST_TEST((encoding_matrix(*best) == encoding_matrix(*quick)));
    random_stream random{6, "approximate"};
    for (int draw = 0; draw < 50; ++draw) {
      const auto arrived = random_arrivals(random, 20, random.below(7));
      if (arrived.size() < busy_senders(*best).size() - 6)
        continue;
      BOOST_TEST(decode(*best, arrived)->residual <= decode(*quick, arrived)->residual + 1e-12);
    }
  }
}

BOOST_AUTO_TEST_CASE(expanders_are_regular_and_keep_their_bound) {
  for (const index degree : {1, 3, 7, 12}) {
    const auto code = make("expander", {12, 24, 4}, {{"copies", degree}}).value();
    const matrix encoding = encoding_matrix(*code);
    BOOST_TEST((encoding.array() != 0).rowwise().count().maxCoeff() == 2 * degree);
    BOOST_TEST((encoding.array() != 0).rowwise().count().minCoeff() == 2 * degree);
    BOOST_TEST((encoding.array() != 0).colwise().count().minCoeff() == degree);
    BOOST_TEST(encoding.row(3).sum() == 2.0, boost::test_tools::tolerance(1e-14));
    matrix blocks(12, 12);
    for (index block = 0; block < 12; ++block)
      blocks.col(block) = encoding.col(2 * block);
    const double second = Eigen::JacobiSVD<matrix>{blocks}.singularValues()[1];
    random_stream random{7, "approximate"};
    for (int draw = 0; draw < 50; ++draw)
      BOOST_TEST(decode(*code, random_arrivals(random, 12, 4))->residual <=
                 second * std::sqrt(4.0 / 8) + 1e-12);
  }
}

BOOST_AUTO_TEST_CASE(communities_keep_most_copies_inside) {
  const auto code = make("stochastic-block", {20, 200, 4}, {{"copies", 4}, {"inside", 0.9}})
                        .value();
  const matrix encoding = encoding_matrix(*code);
  const double inside = encoding.topLeftCorner(10, 100).sum() +
                        encoding.bottomRightCorner(10, 100).sum();
  BOOST_TEST(std::abs(inside / encoding.sum() - 0.9) < 0.05);
  BOOST_TEST(std::abs(encoding.sum() / 200 - 4) < 0.4);
}

BOOST_AUTO_TEST_CASE(every_part_is_held_by_somebody_and_seeds_draw_other_placements) {
  const auto code = make("bernoulli", {8, 100, 3}, {{"copies", 1}}).value();
  const matrix encoding = encoding_matrix(*code);
  BOOST_TEST((encoding.array() != 0).colwise().count().minCoeff() >= 1);
  const auto other = make("bernoulli", {8, 100, 3}, {{"copies", 1}, {"seed", 1}}).value();
  BOOST_TEST((encoding_matrix(*other) != encoding));
  BOOST_TEST(make("bernoulli", {8, 100, 3}, {{"copies", 9}}).error().detail ==
             "coding.copies: 8 senders cannot hold 9 copies of a part; it must be at most 8");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::coding
