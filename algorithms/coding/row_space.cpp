#include "algorithms/coding/row_space.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace echelon::coding {
namespace {

/// A row whose remainder beside the basis is smaller than this share of it says nothing new.
constexpr double remainder_least = 1e-10;
/// The all-ones vector lies in the span when its remainder is below this, per root of a part.
constexpr double rest_most = 1e-9;
/// Largest error of a coefficient of the sum that still counts as rounding.
constexpr double coefficient_error_max = 1e-6;
/// A weight this near to a whole number is meant to be one: plain sums are added, not scaled.
constexpr double whole_weight_most = 1e-12;

double dot(std::span<const double> a, std::span<const double> b) {
  return std::transform_reduce(a.begin(), a.end(), b.begin(), 0.0);
}

double norm(std::span<const double> numbers) { return std::sqrt(dot(numbers, numbers)); }

/// a -= factor * b
void subtract(std::span<double> a, double factor, std::span<const double> b) {
  for (std::size_t i = 0; i < b.size(); ++i)
    a[i] -= factor * b[i];
}

}  // namespace

row_space::row_space(index parts)
    : parts_(parts), alone_(slot(parts), -1), open_(parts), rest_(slot(parts), 1.0) {}

void row_space::add(std::span<const coded_part> row) {
  rows_.emplace_back(row.begin(), row.end());
  if (row.size() == 1 && row.front().coefficient != 0)
    keep_alone(row.front());
  else
    extend(rows() - 1);
}

void row_space::add_part(index part) {
  const coded_part only{part, 1.0};
  add(std::span{&only, 1});
}

void row_space::keep_alone(const coded_part& only) {
  if (alone_.at(slot(only.part)) >= 0)
    return;
  alone_[slot(only.part)] = rows() - 1;
  --open_;
  const auto holds = [&only](const direction& known) {
    return only.part >= known.first && known.values[slot(only.part - known.first)] != 0;
  };
  if (std::ranges::any_of(basis_, holds))
    rebuild();
  else
    rest_[slot(only.part)] = 0;
}

void row_space::rebuild() {
  basis_.clear();
  for (index part = 0; part < parts_; ++part)
    rest_[slot(part)] = alone_[slot(part)] < 0 ? 1.0 : 0.0;
  for (index row = 0; row < rows(); ++row)
    if (rows_[slot(row)].size() != 1)
      extend(row);
}

void row_space::extend(index row) {
  direction next{row, parts_, std::vector<double>(slot(parts_), 0.0), {}, 0};
  for (const coded_part& entry : rows_[slot(row)])
    if (alone_.at(slot(entry.part)) < 0) {
      next.values[slot(entry.part)] += entry.coefficient;
      next.first = std::min(next.first, entry.part);
    }
  const double before = norm(next.values);
  next.products.assign(basis_.size(), 0.0);
  for (int pass = 0; pass < 2; ++pass)
    for (std::size_t i = 0; i < basis_.size(); ++i) {
      const auto tail = std::span{next.values}.subspan(slot(basis_[i].first),
                                                       basis_[i].values.size());
      const double product = dot(tail, basis_[i].values);
      if (product == 0)
        continue;
      subtract(tail, product, basis_[i].values);
      next.products[i] += product;
      next.first = std::min(next.first, basis_[i].first);
    }
  const double length = norm(next.values);
  if (!(length > remainder_least * before))
    return;
  next.products.push_back(length);
  next.values.erase(next.values.begin(), next.values.begin() + next.first);
  while (next.values.back() == 0)
    next.values.pop_back();
  for (double& value : next.values)
    value /= length;
  const auto rest = std::span{rest_}.subspan(slot(next.first), next.values.size());
  for (int pass = 0; pass < 2; ++pass) {
    const double share = dot(rest, next.values);
    subtract(rest, share, next.values);
    next.sum_share += share;
  }
  basis_.push_back(std::move(next));
}

bool row_space::spans_sum() const {
  return open_ == 0 || norm(rest_) < rest_most * std::sqrt(static_cast<double>(open_));
}

decoding row_space::combine() const {
  decoding how{.weights = std::vector<double>(rows_.size(), 0.0)};
  if (parts_ == 0)
    return how;  // the sum of nothing
  std::vector<double> shares;
  for (const direction& known : basis_)
    shares.push_back(known.sum_share);
  for (std::size_t i = basis_.size(); i-- > 0;) {
    const auto& products = basis_[i].products;
    const double weight = shares[i] / products.back();
    how.weights[slot(basis_[i].row)] = weight;
    for (std::size_t earlier = 0; earlier < i; ++earlier)
      shares[earlier] -= weight * products[earlier];
  }
  std::vector<double> errors(slot(parts_), -1.0);
  for (std::size_t row = 0; row < rows_.size(); ++row)
    for (const coded_part& entry : rows_[row])
      errors[slot(entry.part)] += how.weights[row] * entry.coefficient;
  for (index part = 0; part < parts_; ++part)
    if (const index row = alone_[slot(part)]; row >= 0) {
      how.weights[slot(row)] = -errors[slot(part)] / rows_[slot(row)].front().coefficient;
      errors[slot(part)] = 0;
    }
  for (double& weight : how.weights)
    if (std::abs(weight - std::round(weight)) < whole_weight_most)
      weight = std::round(weight);
  double noise = 0;
  for (std::size_t row = 0; row < rows_.size(); ++row)
    for (const coded_part& entry : rows_[row])
      noise += how.weights[row] * how.weights[row] * entry.coefficient * entry.coefficient;
  const double worst = std::abs(
      *std::ranges::max_element(errors, {}, [](double error) { return std::abs(error); }));
  how.exact = worst < coefficient_error_max;
  how.residual = norm(errors) / std::sqrt(static_cast<double>(parts_));
  how.amplification = std::sqrt(noise / static_cast<double>(parts_));
  return how;
}

std::vector<coded_part> row_space::missing() const {
  row_space completed = *this;
  while (!completed.spans_sum()) {
    const auto largest = std::ranges::max_element(completed.rest_, {},
                                                  [](double value) { return std::abs(value); });
    completed.add_part(largest - completed.rest_.begin());
  }
  const decoding how = completed.combine();
  std::vector<coded_part> found;
  for (index row = rows(); row < completed.rows(); ++row) {
    const index part = completed.rows_[slot(row)].front().part;
    found.push_back({part, how.weights[slot(row)]});
  }
  std::ranges::sort(found, {}, &coded_part::part);
  return found;
}

}  // namespace echelon::coding
