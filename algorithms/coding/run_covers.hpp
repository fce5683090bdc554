#pragma once

#include <span>
#include <vector>

#include "algorithms/base/types.hpp"

namespace echelon::coding {

/// Runs of parts around a circle, one a sender, and which of them cover it exactly.
class run_covers {
public:
  /// As lay_runs lays them.
  run_covers(std::span<const index> shares, index parts);

  /// Senders among the `usable` whose runs hold every part exactly once, ascending; empty: there
  /// are none. Cost: O(N) times the runs over one part.
  std::vector<index> find(const std::vector<bool>& usable) const;

private:
  std::vector<index> continue_from(index first, const std::vector<bool>& usable) const;

  std::vector<index> starts_;
  std::vector<index> shares_;
  std::vector<std::vector<index>> starting_at_;  ///< senders whose runs begin with this part
  index parts_;
};

}  // namespace echelon::coding
