#include "algorithms/merging/matching/correlation.hpp"

#include <algorithm>

namespace echelon::merging {
namespace {

/// Samples whose products are added up in single precision: few enough for errors below 1e-6.
constexpr index short_run = 512;
/// Units that vary less are constant. Published code bounds products of deviations by 1e-7 instead,
/// which makes a weak unit less like itself than like a strong one that fires with it.
constexpr double least_variance = 1e-14;

vector vector_of(const std::vector<double>& numbers) {
  return Eigen::Map<const vector>(numbers.data(), std::ssize(numbers));
}

}  // namespace

correlation::correlation(index units) : products_(matrix::Zero(units, units)) {
  for (side* one : {&left_, &right_})
    one->shift = one->sum = one->square = vector::Zero(units);
}

template <class Scalar>
void correlation::add(const unit_features<Scalar>& left, const unit_features<Scalar>& right,
                      const learning::kernels::kernel_set<Scalar>& kernels) {
  expects(left.length == right.length && left.values == right.values);
  const index units = products_.rows();
  if (values_ == 0) {
    left_.shift = vector_of(left.shift);
    right_.shift = vector_of(right.shift);
  }
  values_ += left.values;
  for (auto [own, more] : {std::pair{&left_, &left}, {&right_, &right}}) {
    own->sum += vector_of(more->sum);
    own->square += vector_of(more->square);
  }
  std::vector<Scalar> product(slot(units * units));
  for (index first = 0; first < left.length; first += short_run) {
    const learning::kernels::matrix_view<Scalar> across{right.numbers.data() + first, right.step};
    kernels.multiply({.rows = units,
                      .columns = units,
                      .depth = std::min(short_run, left.length - first),
                      .left = {left.numbers.data() + first, left.step},
                      .right = across.transposed(),
                      .out = product.data(),
                      .out_step = units});
    for (index k = 0; k < units * units; ++k)
      products_.data()[k] += static_cast<double>(product[slot(k)]);
  }
}

template void correlation::add(const unit_features<float>&, const unit_features<float>&,
                               const learning::kernels::kernel_set<float>&);
template void correlation::add(const unit_features<double>&, const unit_features<double>&,
                               const learning::kernels::kernel_set<double>&);

/// With d = the other's shift less ours: sum (a - k) = sum (a - k') + n d, and so on.
void correlation::absorb(const correlation& other) {
  expects(other.products_.rows() == products_.rows());
  if (values_ == 0) {
    *this = other;
    return;
  }
  const auto count = static_cast<double>(other.values_);
  const vector left_by = other.left_.shift - left_.shift;
  const vector right_by = other.right_.shift - right_.shift;
  products_ += other.products_ + other.left_.sum * right_by.transpose() +
               left_by * other.right_.sum.transpose() + count * left_by * right_by.transpose();
  const auto move = [count](side& own, const side& more, const vector& by) {
    own.sum += more.sum + count * by;
    own.square += more.square + 2 * by.cwiseProduct(more.sum) + count * by.cwiseAbs2();
  };
  move(left_, other.left_, left_by);
  move(right_, other.right_, right_by);
  values_ += other.values_;
}

vector correlation::side::variance(double values) const {
  return (square / values - mean(values).cwiseAbs2()).cwiseMax(0);
}

vector correlation::side::mean_square(double values) const {
  return square / values + 2 * shift.cwiseProduct(mean(values)) + shift.cwiseAbs2();
}

matrix correlation::alike(similarity kind) const {
  expects(values_ > 0);
  const auto count = static_cast<double>(values_);
  matrix found = products_ / count;
  if (kind == similarity::pearson)
    found -= left_.mean(count) * right_.mean(count).transpose();
  else
    found += left_.shift * right_.mean(count).transpose() +
             left_.mean(count) * right_.shift.transpose() + left_.shift * right_.shift.transpose();
  if (kind == similarity::inner)
    return found;
  const bool centred = kind == similarity::pearson;
  const vector left = centred ? left_.variance(count) : left_.mean_square(count);
  const vector right = centred ? right_.variance(count) : right_.mean_square(count);
  const auto inverse_deviations = [](const vector& squares) -> vector {
    return (squares.array() > least_variance).select(squares.cwiseSqrt().cwiseInverse(), 0);
  };
  return inverse_deviations(left).asDiagonal() * found * inverse_deviations(right).asDiagonal();
}

index correlation::dead_units() const {
  const auto count = static_cast<double>(values_);
  const auto dead = [count](const side& one) {
    return (one.variance(count).array() <= least_variance).count();
  };
  return std::max(dead(left_), dead(right_));
}

}  // namespace echelon::merging
