#include "algorithms/coding/polynomial_kernel.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "algorithms/base/portable_math.hpp"
#include "algorithms/coding/shape_rules.hpp"

namespace echelon::coding {
namespace {

/// Largest error of a coefficient of the decoded sum that rounding may leave.
constexpr double coefficient_error_max = 1e-6;

std::size_t slot(index position) { return static_cast<std::size_t>(position); }

std::vector<index> absentees(std::span<const index> arrived, index senders) {
  std::vector<index> absent;
  for (index sender = 0, next = 0; sender < senders; ++sender)
    if (next < std::ssize(arrived) && arrived[slot(next)] == sender)
      ++next;
    else
      absent.push_back(sender);
  return absent;
}

double sum_of_squares(std::span<const double> numbers) {
  return std::transform_reduce(numbers.begin(), numbers.end(), 0.0, std::plus{},
                               [](double number) { return number * number; });
}

/// Raises the degree of a monic polynomial, given by its weighted values at the nodes, so that it
/// stays orthogonal to all of lower degree: of all monic polynomials these have the least norm
/// (Stieltjes).
void raise_degree(std::vector<double>& values, std::span<const double> nodes, index degrees) {
  std::vector<double> before(values.size(), 0.0);
  double square_before = 1;
  for (index degree = 0; degree < degrees; ++degree) {
    const double square = sum_of_squares(values);
    double moment = 0;
    for (std::size_t i = 0; i < values.size(); ++i)
      moment += nodes[i] * values[i] * values[i];
    const double alpha = moment / square;
    const double beta = degree == 0 ? 0 : square / square_before;
    for (std::size_t i = 0; i < values.size(); ++i) {
      const double raised = (nodes[i] - alpha) * values[i] - beta * before[i];
      before[i] = std::exchange(values[i], raised);
    }
    square_before = square;
  }
}

}  // namespace

std::vector<double> chebyshev_points(index count) {
  std::vector<double> points;
  for (index m = 0; m < count; ++m)
    points.push_back(
        2 * cospi_portable(static_cast<double>(2 * m + 1) / static_cast<double>(2 * count)));
  return points;
}

std::vector<double> divided_difference(std::span<const double> nodes,
                                       std::span<const index> holders) {
  std::vector<double> column;
  for (const index holder : holders) {
    double product = 1;
    for (const index other : holders)
      if (other != holder)
        product *= nodes[slot(holder)] - nodes[slot(other)];
    column.push_back(1 / product);
  }
  return column;
}

polynomial_kernel::polynomial_kernel(std::vector<double> nodes,
                                     std::span<const std::vector<index>> holders)
    : nodes_(std::move(nodes)), columns_(std::ssize(holders)),
      stragglers_(std::ssize(holders.front()) - 1), rows_(nodes_.size()) {
  for (index column = 0; column < columns_; ++column) {
    const auto& members = holders[slot(column)];
    expects(std::ssize(members) == stragglers_ + 1);
    const auto coefficients = divided_difference(nodes_, members);
    for (std::size_t i = 0; i < members.size(); ++i)
      rows_[slot(members[i])].push_back({column, coefficients[i]});
  }
  for (auto& row : rows_) {
    double square = 0;
    for (const coded_part& entry : row)
      square += entry.coefficient * entry.coefficient;
    norms_.push_back(std::sqrt(square));
    for (coded_part& entry : row)
      entry.coefficient /= norms_.back();
  }
}

std::span<const coded_part> polynomial_kernel::row(index sender) const {
  return rows_.at(slot(sender));
}

std::vector<double> polynomial_kernel::weights(std::span<const index> arrived) const {
  const std::vector<index> absent = absentees(arrived, senders());
  std::vector<double> values;
  std::vector<double> nodes;
  for (const index sender : arrived) {
    const double node = nodes_[slot(sender)];
    double product = norms_[slot(sender)];
    for (const index missing : absent)
      product *= node - nodes_[slot(missing)];
    values.push_back(product);
    nodes.push_back(node);
  }
  raise_degree(values, nodes, stragglers_ - std::ssize(absent));
  return values;
}

result<decoding> polynomial_kernel::decode(std::span<const index> arrived) const {
  ECHELON_CHECK(check_count(arrived, senders() - stragglers_, "polynomial code"));
  decoding how{.weights = weights(arrived)};
  std::vector<double> errors(slot(columns_), -1.0);
  for (std::size_t i = 0; i < arrived.size(); ++i)
    for (const coded_part& entry : rows_[slot(arrived[i])])
      errors[slot(entry.part)] += how.weights[i] * entry.coefficient;
  const double worst = std::abs(
      *std::ranges::max_element(errors, {}, [](double e) { return std::abs(e); }));
  if (!(worst < coefficient_error_max))
    return fail(
        errc::not_supported,
        "polynomial code: decoding {} of {} senders misses a part by {:.1e}, more than {:.0e}; "
        "fewer stragglers or fractional repetition would decode exactly",
        arrived.size(), senders(), worst, coefficient_error_max);
  const double columns = static_cast<double>(columns_);
  how.residual = std::sqrt(sum_of_squares(errors) / columns);
  how.amplification = std::sqrt(sum_of_squares(how.weights) / columns);
  return how;
}

}  // namespace echelon::coding
