#pragma once

#include <vector>

#include "algorithms/coding/code_round.hpp"

namespace echelon::coding {

/// What one round showed of a sender.
struct observed_sender {
  index sender = 0;
  double parts = 0;    ///< computed, an unfinished round's too
  double busy_s = 0;   ///< computing them
  double link_s = -1;  ///< its messages' time on their way, both ways together; negative: unknown
};

/// Follows senders over the rounds: exponentially weighted means of their times and an estimate of
/// a two-state chain, fast and slow. A sender is slow in a round in which it took more than twice
/// its mean for a part; such rounds move the mean less, so that it stays that of the fast state. A
/// plain value: two keepers that were told the same are equal. Cost: O(1) an observation. Source:
/// specification 7.2, a reconstruction.
class history_keeper {
public:
  explicit history_keeper(index senders = 0);

  /// Each sender at most once a round.
  void observe(const observed_sender& what);
  const std::vector<sender_history>& history() const { return history_; }

  /// All numbers it holds, for a checkpoint, and back. False when they are of another size.
  std::vector<double> numbers() const;
  bool restore(const std::vector<double>& numbers);

  bool operator==(const history_keeper&) const = default;

private:
  /// Transitions seen, with one of each assumed before anything is known.
  struct chain {
    double fast_to_slow = 1;
    double from_fast = 10;
    double slow_to_slow = 1;
    double from_slow = 2;

    bool operator==(const chain&) const = default;
  };

  std::vector<sender_history> history_;
  std::vector<chain> chains_;
};

}  // namespace echelon::coding
