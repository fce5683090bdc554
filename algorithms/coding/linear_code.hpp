#pragma once

#include "algorithms/base/matrix.hpp"
#include "algorithms/coding/fixed_code.hpp"

namespace echelon::coding {

/// How answers of a code without a closed form are combined.
enum class row_decoding : unsigned char {
  optimal,   ///< least squares: as near to the sum over all parts as these answers allow
  one_step,  ///< one weight for all: parts over what the answers' coefficients add up to
};

/// Rows of a code over blocks of parts: `rows(i, b)` is the coefficient of every part of block b at
/// sender i, 0 where it does not hold them.
struct block_rows {
  matrix rows;
  std::vector<index> sizes;  ///< parts of each block
};

/// A code given by nothing but its rows, for which N - s answers, senders without work not counted,
/// are waited for. Cost: an optimal decode is one QR of a matrix of blocks x answers, a one-step
/// decode passes over the rows once.
class linear_code final : public fixed_code {
public:
  linear_code(std::string_view name, const code_shape& shape, block_rows encoding, row_decoding how,
              bool exact);

  code_shape shape() const override { return shape_; }
  std::span<const coded_part> work(index sender) const override;
  std::unique_ptr<code_progress> begin() const override;
  /// Weights; `exact` where the sum is met but for rounding.
  result<decoding> decode(std::span<const index> arrived) const override;
  bool exact() const override { return exact_; }
  double amplification_worst() const override { return amplification_worst_; }

private:
  index needed() const;
  /// Of the arrived rows, each block weighted by the root of its size.
  matrix arrived_rows(std::span<const index> arrived) const;
  decoding combine(std::span<const index> arrived) const;
  double sampled_worst() const;

  std::string name_;
  code_shape shape_;
  block_rows encoding_;
  row_decoding how_;
  bool exact_;
  std::vector<std::vector<coded_part>> rows_;
  double amplification_worst_;
};

/// The setting `decoding` of the codes that have both, and its value.
parameter decoding_parameter(std::string_view fallback);
row_decoding chosen_decoding(const parameters& given);

}  // namespace echelon::coding
