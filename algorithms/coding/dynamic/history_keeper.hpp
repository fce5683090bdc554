#pragma once

#include <span>
#include <vector>

#include "algorithms/coding/code_round.hpp"

namespace echelon::coding {

/// How often a sender's rounds changed between fast and slow.
struct pace_changes {
  double fast_rounds = 0;  ///< that were followed by another one
  double slowed_down = 0;  ///< of these, followed by a slow one
  double slow_rounds = 0;  ///< that were followed by another one
  double stayed_slow = 0;  ///< of these, followed by a slow one

  bool operator==(const pace_changes&) const = default;
};

/// All that is kept of one sender: a plain value, for checkpoints.
struct sender_record {
  sender_history seen;
  pace_changes changes;

  bool operator==(const sender_record&) const = default;
};

/// Histories of senders, from what is measured every round. Means weigh a new value by 0.2. A round
/// is slow when a part took more than twice the sender's own mean; it enters the mean as twice the
/// mean, so that passing trouble hardly moves it whereas lasting trouble becomes the new normal.
/// Whether the next round will be slow is a two-state Markov chain's guess. Source: specification
/// 7.2 (reconstruction); the limit on slow values is Echelon's.
class history_keeper {
public:
  explicit history_keeper(index senders);
  explicit history_keeper(std::span<const sender_record> records);

  /// A sender computed so many parts (> 0) in `busy_s`, and its answer was in after `total_s`.
  void observe(index sender, double parts, double busy_s, double total_s);
  /// One per sender; what it refers to changes with the next observation.
  const std::vector<sender_history>& histories() const { return seen_; }
  std::vector<sender_record> records() const;

private:
  std::vector<sender_history> seen_;
  std::vector<pace_changes> changes_;
};

}  // namespace echelon::coding
