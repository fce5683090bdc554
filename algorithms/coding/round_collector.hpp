#pragma once

#include <compare>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "algorithms/base/blob.hpp"
#include "algorithms/base/block.hpp"
#include "algorithms/base/packed_format.hpp"
#include "algorithms/coding/gradient_code.hpp"

namespace echelon::coding {

/// One sender's coded answer: a linear combination of the sums over its parts. `loss` and `samples`
/// went through the same combination, so that they decode by the same weights.
struct contribution {
  block values;
  double loss = 0;
  double samples = 0;
  /// How far it is from what the sender's row promises, where the sender decoded it itself: the sum
  /// over parts of the squares of its coefficients' errors. 0: exact.
  double error = 0;
  /// In place of `values` where the sender packed them: `scale` times what the bytes stand for.
  blob packed = {};
  double scale = 1;
};

/// Whether an answer can be used: of that many values of that kind, and all of it finite. Packed
/// ones are judged by `format`; without one they cannot be used.
bool usable(const contribution& answer, index length, precision kind,
            const packed_format* format = nullptr);

/// Which of a round's messages: the sender, and the number of the task it answers.
struct answer_id {
  index sender = 0;
  index task = 0;

  auto operator<=>(const answer_id&) const = default;
};

/// What a round's answers give.
struct decoded_round {
  block values;
  double loss = 0;
  double samples = 0;
  decoding how;
  std::vector<index> senders;   ///< those with a weight other than 0, ascending
  std::vector<answer_id> used;  ///< their messages, ascending
};

/// Collects one round's answers at an edge or a coordinator and decodes at the first moment it can.
/// Pure: no actor, no clock. The sum runs over messages in ascending order of (sender, task),
/// whatever the order of arrival. Errors of `add`: none; a second answer to a task, one to a task
/// that was never set, and values of another length or kind, or not finite are refused and change
/// nothing but the counter.
class round_collector {
public:
  round_collector(gradient_code_ptr code, index dimension, precision kind,
                  const round_outlook& outlook = {}, const packed_format* format = nullptr);

  enum class outcome : unsigned char { refused, accepted, decodable };
  outcome add(answer_id id, contribution answer, double now_s = 0);

  /// The code's own view of the round, to be told of everything but answers.
  code_round& round() { return *round_; }
  const code_round& round() const { return *round_; }
  /// What the round wants done; from then on its tasks may be answered.
  std::vector<order> take_orders();

  bool decodable() const { return round_->decodable(); }
  index refused() const { return refused_; }
  bool has(answer_id id) const;
  /// Whether this task was set and is not answered.
  bool awaits(answer_id id) const;
  /// Messages that have arrived, ascending.
  std::vector<answer_id> arrived() const;
  const contribution& answer(answer_id id) const;
  /// The values of an answer, unpacked.
  block values_of(answer_id id) const;
  const gradient_code& code() const { return *code_; }
  /// The round as it were, had these senders and all who have not answered been lost. Only for
  /// codes that do not react: answers to further tasks are left behind. Cost: values are shared.
  round_collector without(std::span<const index> senders, const round_outlook& outlook) const;
  /// Errors: what the code says where too few have answered, and a sum that overflows.
  /// Cost: one pass over the messages with a weight other than 0, in blocks that stay in cache.
  result<decoded_round> decode() const;

private:
  /// The blocks of the sum, each over the used messages' stacks.
  result<block> weighted_sum(std::span<const answer_id> used,
                             std::span<const double> weights) const;
  block unpacked(const contribution& message) const;

  gradient_code_ptr code_;
  std::unique_ptr<code_round> round_;
  std::vector<std::optional<contribution>> first_;          ///< answers to task 0, by sender
  std::map<answer_id, std::optional<contribution>> later_;  ///< further tasks, and their answers
  message_frame frame_;
  index dimension_;
  precision kind_;
  const packed_format* format_;
  index refused_ = 0;
};

}  // namespace echelon::coding
