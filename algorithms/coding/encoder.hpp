#pragma once

#include <optional>

#include "algorithms/coding/gradient_code.hpp"
#include "algorithms/coding/round_collector.hpp"

namespace echelon::coding {

/// Adds up one sender's coded answer part by part. The order of the parts is the order of the sum.
/// Cost: one pass over the values a part; a single part with coefficient 1 is passed on without a
/// copy.
class encoder {
public:
  explicit encoder(message_frame frame = {}) : frame_(frame) {}
  /// The values, loss and samples of one part enter with the coefficient, or the mixture, of `how`.
  void add(const coded_part& how, const contribution& part);
  /// The answer; the encoder is empty afterwards.
  contribution finish();

private:
  /// Memory for the sum, with what was passed on so far. True when it holds these values already.
  bool begin_sum(const coded_part& how, const block& values);
  void add_values(const coded_part& how, const block& values);
  void add_scalars(const coded_part& how, const contribution& part);

  message_frame frame_;
  std::optional<block> only_;
  block_builder sum_;
  double loss_ = 0;
  double samples_ = 0;
  index parts_ = 0;
};

}  // namespace echelon::coding
