#include "algorithms/merging/assignment/assignment.hpp"

#include <algorithm>

#include "algorithms/merging/assignment/jonker_volgenant.hpp"

namespace echelon::merging {
namespace {

/// The rows' prices are set last, to what each could gain anywhere, so that they cover every profit
/// whatever the method did before.
assignment certified(const matrix& profit, const jonker_volgenant& solved) {
  const auto& kernels = learning::kernels::kernels_for<double>(learning::math_mode::native);
  assignment found;
  found.column_of = solved.column_of();
  found.column_price = solved.prices();
  for (index row = 0; row < profit.rows(); ++row) {
    const index column = found.column_of[slot(row)];
    const double most = kernels
                            .find_two_largest(profit.row(row).data(), found.column_price.data(),
                                              profit.cols())
                            .first;
    found.row_price.push_back(most);
    found.profit += profit(row, column);
    found.gap += most - (profit(row, column) - found.column_price[slot(column)]);
  }
  return found;
}

}  // namespace

result<assignment> solve_assignment(const matrix& profit) {
  if (profit.rows() != profit.cols())
    return fail(errc::bad_input, "an assignment needs as many rows as columns, not {} x {}",
                profit.rows(), profit.cols());
  jonker_volgenant method{profit};
  if (!method.readable())
    return fail(errc::bad_input, "an assignment of {} rows has profits that are NaN or +infinity",
                profit.rows());
  if (!method.solve())
    return fail(errc::bad_input,
                "an assignment of {} rows forbids so much that no column is left for some row",
                profit.rows());
  return certified(profit, method);
}

}  // namespace echelon::merging
