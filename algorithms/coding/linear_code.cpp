#include "algorithms/coding/linear_code.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <Eigen/QR>

#include "algorithms/base/random.hpp"
#include "algorithms/coding/absence_patterns.hpp"
#include "algorithms/coding/arrival_count.hpp"
#include "algorithms/coding/shape_rules.hpp"

namespace echelon::coding {
namespace {

constexpr double residual_max = 1e-9;
constexpr index patterns_max = 300;
constexpr index pattern_samples = 100;
/// Larger codes are judged by a few patterns: a decode takes the cube of their size.
constexpr index small_max = 60;
constexpr index few = 3;

std::vector<std::vector<index>> judged_patterns(index senders, index absent) {
  if (senders <= small_max)
    return absence_patterns(senders, absent, patterns_max, pattern_samples);
  random_stream random{0, "coding.linear.patterns", slot(senders), slot(absent)};
  std::vector<std::vector<index>> drawn;
  for (index sample = 0; sample < few; ++sample)
    drawn.push_back(sample_without_replacement(random, senders, absent));
  return drawn;
}

}  // namespace

linear_code::linear_code(std::string_view name, const code_shape& shape, block_rows encoding,
                         row_decoding how, bool exact)
    : name_(name), shape_(shape), encoding_(std::move(encoding)), how_(how), exact_(exact),
      rows_(slot(shape.senders)) {
  for (index sender = 0; sender < shape.senders; ++sender) {
    index part = 0;
    for (index block = 0; block < encoding_.rows.cols(); ++block)
      for (index last = part + encoding_.sizes[slot(block)]; part < last; ++part)
        if (const double coefficient = encoding_.rows(sender, block); coefficient != 0)
          rows_[slot(sender)].push_back({part, coefficient});
  }
  amplification_worst_ = sampled_worst();
}

index linear_code::needed() const {
  const auto busy = std::ranges::count_if(rows_, [](const auto& row) { return !row.empty(); });
  return std::max(busy - shape_.stragglers, index{1});
}

std::span<const coded_part> linear_code::work(index sender) const { return rows_.at(slot(sender)); }

std::unique_ptr<code_progress> linear_code::begin() const {
  return std::make_unique<arrival_count>(shape_.senders, needed());
}

matrix linear_code::arrived_rows(std::span<const index> arrived) const {
  matrix rows(std::ssize(arrived), encoding_.rows.cols());
  for (index i = 0; i < rows.rows(); ++i)
    for (index block = 0; block < rows.cols(); ++block)
      rows(i, block) = encoding_.rows(arrived[slot(i)], block) *
                       std::sqrt(static_cast<double>(encoding_.sizes[slot(block)]));
  return rows;
}

decoding linear_code::combine(std::span<const index> arrived) const {
  const matrix rows = arrived_rows(arrived);
  vector ones(rows.cols());
  for (index block = 0; block < rows.cols(); ++block)
    ones[block] = std::sqrt(static_cast<double>(encoding_.sizes[slot(block)]));
  vector weights;
  if (how_ == row_decoding::optimal)
    weights = Eigen::CompleteOrthogonalDecomposition<matrix>{rows.transpose()}.solve(ones);
  else
    weights = vector::Constant(rows.rows(), ones.squaredNorm() / (rows * ones).sum());
  const double parts = std::sqrt(static_cast<double>(shape_.parts));
  const double residual = (rows.transpose() * weights - ones).norm() / parts;
  return {.weights = {weights.begin(), weights.end()},
          .exact = residual < residual_max,
          .residual = residual,
          .amplification = weights.cwiseProduct(rows.rowwise().norm()).norm() / parts};
}

result<decoding> linear_code::decode(std::span<const index> arrived) const {
  ECHELON_CHECK(check_count(arrived, needed(), name_));
  decoding how = combine(arrived);
  if (exact_ && !how.exact)
    return fail(errc::not_supported,
                "{}: decoding {} of {} senders misses the sum by {:.1e}, more than {:.0e}; another "
                "seed, fewer stragglers or \"cyclic\" would decode exactly",
                name_, arrived.size(), shape_.senders, how.residual, residual_max);
  return how;
}

/// Over all that may be absent where that is little, otherwise over a sample.
double linear_code::sampled_worst() const {
  std::vector<index> busy;
  for (index sender = 0; sender < shape_.senders; ++sender)
    if (!rows_[slot(sender)].empty())
      busy.push_back(sender);
  const index absent_max = std::ssize(busy) - needed();
  double worst = 0;
  for (index absent = std::ssize(busy) <= small_max ? 0 : absent_max; absent <= absent_max;
       ++absent)
    for (const auto& pattern : judged_patterns(std::ssize(busy), absent)) {
      std::vector<index> arrived;
      for (index i = 0; i < std::ssize(busy); ++i)
        if (std::ranges::find(pattern, i) == pattern.end())
          arrived.push_back(busy[slot(i)]);
      worst = std::max(worst, combine(arrived).amplification);
    }
  return worst;
}

parameter decoding_parameter(std::string_view fallback) {
  return {.name = "decoding",
          .kind = value_kind::text,
          .fallback = value{std::string{fallback}},
          .summary = "\"optimal\": least squares; \"one-step\": one weight for all answers",
          .choices = {"optimal", "one-step"}};
}

row_decoding chosen_decoding(const parameters& given) {
  return given.text("decoding") == "optimal" ? row_decoding::optimal : row_decoding::one_step;
}

}  // namespace echelon::coding
