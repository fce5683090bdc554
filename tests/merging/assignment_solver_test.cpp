#include <algorithm>
#include <limits>
#include <numeric>
#include <set>

#include <boost/test/unit_test.hpp>
#include <rapidcheck/boost_test.h>

#include "algorithms/base/random.hpp"
#include "algorithms/merging/assignment/assignment.hpp"

namespace echelon::merging {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

template <class Draw>
matrix matrix_of(index size, Draw draw) {
  matrix made{size, size};
  for (index r = 0; r < size; ++r)
    for (index c = 0; c < size; ++c)
      made(r, c) = draw();
  return made;
}

double profit_of(const matrix& profit, const std::vector<index>& column_of) {
  double sum = 0;
  for (index row = 0; row < profit.rows(); ++row)
    sum += profit(row, column_of[slot(row)]);
  return sum;
}

/// By trying every permutation.
double best_of_all(const matrix& profit) {
  std::vector<index> order(slot(profit.rows()));
  std::iota(order.begin(), order.end(), index{0});
  double best = -infinity;
  do
    best = std::max(best, profit_of(profit, order));
  while (std::ranges::next_permutation(order).found);
  return best;
}

/// Tolerances are a few roundings of the largest profit per row.
void check_certificate(const matrix& profit, const assignment& found) {
  const index size = profit.rows();
  RC_ASSERT(std::set(found.column_of.begin(), found.column_of.end()).size() == slot(size));
  const double scale = size == 0
                           ? 1
                           : 1 + profit.array().isFinite().select(profit, 0).cwiseAbs().maxCoeff();
  const double rounding = 1e-14 * scale * static_cast<double>(size + 1);
  RC_ASSERT(found.gap >= 0);
  RC_ASSERT(found.gap <= rounding);
  RC_ASSERT(std::abs(found.profit - profit_of(profit, found.column_of)) <= rounding);
  double prices = 0;
  for (index r = 0; r < size; ++r) {
    prices += found.row_price[slot(r)] + found.column_price[slot(r)];
    for (index c = 0; c < size; ++c)
      RC_ASSERT(found.row_price[slot(r)] + found.column_price[slot(c)] >= profit(r, c) - rounding);
  }
  RC_ASSERT(std::abs(prices - found.profit - found.gap) <= rounding);
}

std::vector<index> identity(index size) {
  std::vector<index> order(slot(size));
  std::iota(order.begin(), order.end(), index{0});
  return order;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(assignment_solver)

RC_BOOST_PROP(no_permutation_beats_it_however_many_profits_are_equal, ()) {
  const auto size = *rc::gen::inRange<index>(1, 8);
  const auto levels = *rc::gen::element<index>(1, 2, 3, 10, 1'000'000);
  random_stream random{*rc::gen::arbitrary<std::uint64_t>(), "profits"};
  const matrix profit = matrix_of(
      size, [&] { return static_cast<double>(random.below(levels)) / 7 - 1; });
  const auto found = solve_assignment(profit);
  RC_ASSERT(found.has_value());
  RC_ASSERT(std::abs(found->profit - best_of_all(profit)) <= 1e-12);
  check_certificate(profit, *found);
}

RC_BOOST_PROP(forbidden_places_are_kept_out_or_refused, ()) {
  const auto size = *rc::gen::inRange<index>(1, 7);
  const auto share = *rc::gen::element(0.1, 0.5, 0.8);
  random_stream random{*rc::gen::arbitrary<std::uint64_t>(), "profits"};
  const matrix profit = matrix_of(
      size, [&] { return random.bernoulli(share) ? -infinity : random.normal(); });
  const double best = best_of_all(profit);
  const auto found = solve_assignment(profit);
  RC_ASSERT(found.has_value() == (best > -infinity));
  if (found)
    check_certificate(profit, *found);
}

RC_BOOST_PROP(prices_prove_larger_assignments_best, ()) {
  const auto size = *rc::gen::inRange<index>(1, 200);
  const auto kind = *rc::gen::inRange(0, 4);
  random_stream random{*rc::gen::arbitrary<std::uint64_t>(), "profits"};
  matrix profit = matrix_of(size, [&] {
    return kind == 0   ? random.uniform()
           : kind == 1 ? 1e-9 * random.normal() + 1
           : kind == 2 ? static_cast<double>(random.below(3))
                       : random.normal();
  });
  if (kind == 3)  // rank one: rows and columns outbid each other by rounding alone
    for (index r = size - 1; r >= 0; --r)
      for (index c = 0; c < size; ++c)
        profit(r, c) = 0.1 * profit(r, 0) + 0.3 * profit(0, c);
  const auto found = solve_assignment(profit);
  RC_ASSERT(found.has_value());
  check_certificate(profit, *found);
}

RC_BOOST_PROP(a_planted_permutation_is_found, ()) {
  const auto size = *rc::gen::inRange<index>(1, 100);
  random_stream random{*rc::gen::arbitrary<std::uint64_t>(), "profits"};
  matrix profit = matrix_of(size, [&] { return random.uniform(); });
  const auto planted = permutation(random, size);
  for (index row = 0; row < size; ++row)
    profit(row, planted[slot(row)]) += 1;
  RC_ASSERT(solve_assignment(profit)->column_of == planted);
}

BOOST_AUTO_TEST_CASE(a_constant_matrix_gives_the_identity) {
  for (const index size : {1, 2, 5, 33})
    for (const double level : {-2.0, 0.0, 3.5})
      BOOST_TEST(solve_assignment(matrix::Constant(size, size, level))->column_of == identity(size),
                 boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_cannot_be_assigned_is_refused) {
  BOOST_TEST(solve_assignment(matrix::Zero(2, 3)).error().detail ==
             "an assignment needs as many rows as columns, not 2 x 3");
  for (const double bad : {std::nan(""), infinity})
    for (const index at : {index{0}, index{24}}) {
      matrix profit = matrix::Zero(25, 25);
      profit(at, 24 - at) = bad;
      BOOST_TEST(!solve_assignment(profit).has_value());
    }
  matrix closed = matrix::Zero(4, 4);
  closed.row(2).setConstant(-infinity);
  BOOST_TEST(!solve_assignment(closed).has_value());
  BOOST_TEST(solve_assignment(matrix{0, 0})->column_of.empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::merging
