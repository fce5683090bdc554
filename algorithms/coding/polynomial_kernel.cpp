#include "algorithms/coding/polynomial_kernel.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "algorithms/base/portable_math.hpp"
#include "algorithms/coding/shape_rules.hpp"

namespace echelon::coding {
namespace {

using complex = std::complex<double>;

/// Largest error of a coefficient of the decoded sum that rounding may leave.
constexpr double coefficient_error_max = 1e-6;

std::vector<index> absentees(std::span<const index> arrived, index senders) {
  std::vector<index> absent;
  for (index sender = 0, next = 0; sender < senders; ++sender)
    if (next < std::ssize(arrived) && arrived[slot(next)] == sender)
      ++next;
    else
      absent.push_back(sender);
  return absent;
}

template <class Scalar>
double sum_of_squares(std::span<const Scalar> numbers) {
  return std::transform_reduce(numbers.begin(), numbers.end(), 0.0, std::plus{},
                               [](const Scalar& number) { return std::norm(number); });
}

/// The complex product as the formula has it; the operator's also looks for infinities, which
/// cannot occur here, at ten times the cost.
complex times(const complex& a, const complex& b) {
  return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()};
}
double times(double a, double b) { return a * b; }

/// Raises the degree of a monic polynomial, given by its weighted values at the nodes, so that it
/// stays orthogonal to all of lower degree: of all monic polynomials these have the least norm
/// (Stieltjes).
void raise_degree(std::vector<double>& values, std::span<const double> nodes, index degrees) {
  std::vector<double> before(values.size(), 0.0);
  double square_before = 1;
  for (index degree = 0; degree < degrees; ++degree) {
    const double square = sum_of_squares<double>(values);
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

/// The same on the unit circle (Szego): there the reversed polynomial takes the place of the one
/// before.
void raise_degree(std::vector<complex>& values, std::span<const complex> nodes, index degrees) {
  std::vector<complex> reversed = values;
  for (index degree = 0; degree < degrees; ++degree) {
    complex moment = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
      values[i] = times(nodes[i], values[i]);
      moment += times(values[i], std::conj(reversed[i]));
    }
    const complex alpha = moment / sum_of_squares<complex>(reversed);
    for (std::size_t i = 0; i < values.size(); ++i) {
      const complex shifted = values[i];
      values[i] -= times(alpha, reversed[i]);
      reversed[i] -= times(std::conj(alpha), shifted);
    }
  }
}

/// 1 / prod (nodes[holders[i]] - nodes[holders[j]]) over j != i, for every i.
template <class Scalar>
std::vector<Scalar> divided_difference(std::span<const Scalar> nodes,
                                       std::span<const index> holders) {
  std::vector<Scalar> column;
  for (const index holder : holders) {
    Scalar product = 1;
    for (const index other : holders)
      if (other != holder)
        product = times(product, nodes[slot(holder)] - nodes[slot(other)]);
    column.push_back(1.0 / product);
  }
  return column;
}

}  // namespace

std::vector<double> chebyshev_points(index count) {
  std::vector<double> points;
  for (index m = 0; m < count; ++m)
    points.push_back(
        2 * cospi_portable(static_cast<double>(2 * m + 1) / static_cast<double>(2 * count)));
  return points;
}

std::vector<complex> unit_roots(index count) {
  std::vector<complex> roots;
  for (index m = 0; m < count; ++m) {
    const double turn = static_cast<double>(2 * m) / static_cast<double>(count);
    roots.emplace_back(cospi_portable(turn), cospi_portable(turn - 0.5));
  }
  return roots;
}

template <class Scalar>
polynomial_kernel<Scalar>::polynomial_kernel(std::vector<Scalar> nodes,
                                             std::span<const support> supports)
    : nodes_(std::move(nodes)), stragglers_(std::ssize(supports.front().holders) - 1),
      rows_(nodes_.size()), norms_(nodes_.size(), 0.0) {
  for (const support& held : supports) {
    expects(std::ssize(held.holders) == stragglers_ + 1);
    const auto coefficients = divided_difference<Scalar>(nodes_, held.holders);
    for (std::size_t i = 0; i < held.holders.size(); ++i) {
      rows_.at(slot(held.holders[i])).push_back({std::ssize(sizes_), coefficients[i]});
      norms_[slot(held.holders[i])] += static_cast<double>(held.parts) * std::norm(coefficients[i]);
    }
    sizes_.push_back(held.parts);
    parts_ += held.parts;
  }
  for (std::size_t sender = 0; sender < rows_.size(); ++sender) {
    norms_[sender] = std::sqrt(norms_[sender]);
    for (entry& own : rows_[sender])
      own.coefficient /= norms_[sender];
  }
}

template <class Scalar>
std::span<const typename polynomial_kernel<Scalar>::entry>
polynomial_kernel<Scalar>::row(index sender) const {
  return rows_.at(slot(sender));
}

template <class Scalar>
std::vector<Scalar> polynomial_kernel<Scalar>::weights(std::span<const index> arrived) const {
  const std::vector<index> absent = absentees(arrived, senders());
  std::vector<Scalar> values;
  std::vector<Scalar> nodes;
  for (const index sender : arrived) {
    const Scalar node = nodes_[slot(sender)];
    Scalar product = norms_[slot(sender)];
    for (const index missing : absent)
      product = times(product, node - nodes_[slot(missing)]);
    values.push_back(product);
    nodes.push_back(node);
  }
  raise_degree(values, nodes, stragglers_ - std::ssize(absent));
  return values;
}

template <class Scalar>
result<typename polynomial_kernel<Scalar>::combination>
polynomial_kernel<Scalar>::decode(std::span<const index> arrived) const {
  ECHELON_CHECK(check_count(arrived, senders() - stragglers_, "polynomial code"));
  combination how{.weights = weights(arrived), .residual = 0, .amplification = 0};
  std::vector<Scalar> errors(sizes_.size(), Scalar{-1.0});
  for (std::size_t i = 0; i < arrived.size(); ++i)
    for (const entry& own : rows_[slot(arrived[i])])
      errors[slot(own.support)] += times(how.weights[i], own.coefficient);
  double worst = 0;
  double square = 0;
  for (std::size_t held = 0; held < errors.size(); ++held) {
    worst = std::fmax(worst, std::norm(errors[held]));
    square += static_cast<double>(sizes_[held]) * std::norm(errors[held]);
  }
  worst = std::sqrt(worst);
  if (!(square < std::numeric_limits<double>::infinity() && worst < coefficient_error_max))
    return fail(
        errc::not_supported,
        "polynomial code: decoding {} of {} senders misses a part by {:.1e}, more than {:.0e}; "
        "fewer stragglers or fractional repetition would decode exactly",
        arrived.size(), senders(), worst, coefficient_error_max);
  const double parts = static_cast<double>(parts_);
  how.residual = std::sqrt(square / parts);
  how.amplification = std::sqrt(sum_of_squares<Scalar>(how.weights) / parts);
  return how;
}

template class polynomial_kernel<double>;
template class polynomial_kernel<complex>;

}  // namespace echelon::coding
