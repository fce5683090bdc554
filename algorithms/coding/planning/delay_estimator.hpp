#pragma once

#include <deque>
#include <optional>
#include <span>
#include <vector>

#include "algorithms/base/delay_law.hpp"
#include "algorithms/base/types.hpp"

namespace echelon::coding::planning {

/// What one round showed of one node.
struct timing {
  double parts = 0;   ///< that were computed; 0: nothing was seen of computing
  double busy_s = 0;  ///< computing them
  double link_s = 0;  ///< one message, from its last part to the receiver
  std::optional<double> tries = std::nullopt;  ///< of that message, where the transport counts them
};

/// Estimates a node's law from its last rounds. Times a part are shift + Exp(mean 1/rate), times a
/// factor in slow rounds: c is their minimum, 1/gamma = (mean - min) r/(r - 1) over the r fast
/// rounds. Slow rounds are told apart by a first, median-based split that is refined by
/// expectation-maximisation. The link has tau = sum of times / sum of tries and p = 1 - messages /
/// tries where tries are counted; else tau is the minimum and p = 1 - tau / mean. One message is
/// seen, and the other way taken to be alike. Consistent, if slow rounds are fewer than half.
/// Source: specification 5.1 (the estimators); the split is Echelon's.
class delay_estimator {
public:
  explicit delay_estimator(index rounds_max = 256) : rounds_max_(rounds_max) {}

  void observe(const timing& seen);
  /// Rounds that are remembered.
  index rounds() const { return std::ssize(seen_); }
  /// Oldest first.
  const std::deque<timing>& seen() const { return seen_; }
  delay_law law() const;

private:
  index rounds_max_;
  std::deque<timing> seen_;
};

enum class node_advice : unsigned char {
  keep,
  code_for,  ///< its tail is bad: it is slow at times
  drop       ///< its median is bad: it is slow in most rounds, compared with the others
};

/// One for each worker. "Drop nodes whose median is bad, code for nodes whose tail is bad"
/// (specification 5.6): bad is twice the median of all, or twice its own in one round of a hundred.
std::vector<node_advice> advise(std::span<const delay_law> workers);

}  // namespace echelon::coding::planning
