#include "algorithms/merging/matching/transport.hpp"

#include "algorithms/base/contract.hpp"
#include "algorithms/merging/assignment/assignment.hpp"

namespace echelon::merging {
namespace {

constexpr int sweeps_max = 1000;
constexpr double rounding = 1e-9;

vector vector_of(const std::vector<double>& numbers) {
  return Eigen::Map<const vector>(numbers.data(), std::ssize(numbers));
}

}  // namespace

result<matrix> soft_assignment(const matrix& profit, double softness) {
  expects(softness > 0);
  ECHELON_TRY(const assignment exact, solve_assignment(profit));
  const matrix slack = (profit.colwise() - vector_of(exact.row_price)).rowwise() -
                       vector_of(exact.column_price).transpose();
  const matrix kernel = (slack / softness).array().exp().matrix();
  vector row = vector::Ones(profit.rows()), column = vector::Ones(profit.cols());
  for (int sweep = 0; sweep < sweeps_max; ++sweep) {
    const vector sums = kernel.transpose() * row;
    if (sweep > 0 && (sums.cwiseProduct(column).array() - 1).abs().maxCoeff() <= rounding)
      break;
    column = sums.cwiseInverse();
    row = (kernel * column).cwiseInverse();
  }
  return row.asDiagonal() * kernel * column.asDiagonal();
}

}  // namespace echelon::merging
