#pragma once

#include <optional>

#include "algorithms/coding/round_collector.hpp"

namespace echelon::coding {

/// Adds up one sender's coded answer part by part. The order of the parts is the order of the sum.
/// Cost: one pass over the values a part; a single part with coefficient 1 is passed on without a
/// copy.
class encoder {
public:
  /// The values, loss and samples of one part enter with `coefficient`.
  void add(double coefficient, const contribution& part);
  /// The answer; the encoder is empty afterwards.
  contribution finish();

private:
  std::optional<block> only_;
  block_builder sum_;
  double loss_ = 0;
  double samples_ = 0;
  index parts_ = 0;
};

}  // namespace echelon::coding
