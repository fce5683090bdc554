#pragma once

#include <vector>

#include "algorithms/coding/code_round.hpp"

namespace echelon::coding {

/// All that is kept of one sender: a plain value, for checkpoints.
struct sender_record {
  sender_history seen;
  double fast_rounds = 0;  ///< that were followed by another one
  double slowed_down = 0;  ///< of these, followed by a slow one
  double slow_rounds = 0;  ///< that were followed by another one
  double stayed_slow = 0;  ///< of these, followed by a slow one

  bool operator==(const sender_record&) const = default;
};

/// Histories of senders, from what is measured every round. Means weigh a new value by 0.2. A round
/// is slow when a part took more than twice the sender's own mean; it enters the mean as twice the
/// mean, so that passing trouble hardly moves it whereas lasting trouble becomes the new normal.
/// Whether the next round will be slow is a two-state Markov chain's guess. Source: specification
/// 7.2 (reconstruction); the limit on slow values is Echelon's.
class history_keeper {
public:
  explicit history_keeper(index senders) : records_(static_cast<std::size_t>(senders)) {}
  explicit history_keeper(std::vector<sender_record> records) : records_(std::move(records)) {}

  /// A sender computed so many parts (> 0) in `busy_s`, and its answer was in after `total_s`.
  void observe(index sender, double parts, double busy_s, double total_s);
  /// One per sender.
  std::vector<sender_history> histories() const;
  const std::vector<sender_record>& records() const { return records_; }

private:
  std::vector<sender_record> records_;
};

}  // namespace echelon::coding
