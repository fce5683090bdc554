#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "algorithms/base/block.hpp"
#include "algorithms/coding/gradient_code.hpp"

namespace echelon::coding {

/// One sender's coded answer: a linear combination of the sums over its parts. `loss` and `samples`
/// went through the same combination, so that they decode by the same weights.
struct contribution {
  block values;
  double loss = 0;
  double samples = 0;
};

/// What a round's answers give.
struct decoded_round {
  block values;
  double loss = 0;
  double samples = 0;
  decoding how;
  std::vector<index> senders;  ///< those with a weight other than 0, ascending
};

/// Collects one round's answers at an edge or a coordinator and decodes at the first moment it can.
/// Pure: no actor, no clock. The sum runs over senders in ascending order, whatever the order of
/// arrival. Errors of `add`: none; a second answer of a sender, an unknown sender, and values of
/// another length or kind, or not finite are refused (returns false) and change nothing but the
/// counter.
class round_collector {
public:
  round_collector(gradient_code_ptr code, index dimension, precision kind);

  enum class outcome : unsigned char { refused, accepted, decodable };
  outcome add(index sender, contribution answer);

  bool decodable() const { return decodable_; }
  index refused() const { return refused_; }
  bool has(index sender) const;
  /// Senders that have answered, ascending.
  std::vector<index> arrived() const;
  /// Errors: what the code says where too few have answered, and a sum that overflows.
  /// Cost: one pass over the messages with a weight other than 0, in blocks that stay in cache.
  result<decoded_round> decode() const;

private:
  result<block> weighted_sum(std::span<const index> senders, std::span<const double> weights) const;

  gradient_code_ptr code_;
  std::unique_ptr<code_progress> progress_;
  std::vector<std::optional<contribution>> answers_;
  index dimension_;
  precision kind_;
  index refused_ = 0;
  bool decodable_ = false;
};

}  // namespace echelon::coding
