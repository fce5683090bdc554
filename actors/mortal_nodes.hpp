#pragma once

#include <set>

#include "algorithms/faults/schedule.hpp"

namespace echelon::actors {

/// The nodes of a simulated run that faults end and bring back. Control thread only.
class mortal_nodes {
public:
  virtual ~mortal_nodes() = default;

  /// Ends a node at once; those who were linked to it see that it is gone. False when it was gone
  /// already.
  bool end(node_id node) {
    const bool fresh = gone_.insert(node).second;
    if (fresh)
      kill(node);
    return fresh;
  }
  /// A node that ended returns as a new one. False when it is there.
  bool bring_back(node_id node) {
    const bool was_gone = gone_.erase(node) > 0;
    if (was_gone)
      revive(node);
    return was_gone;
  }
  bool gone(node_id node) const { return gone_.contains(node); }
  /// Peers at the ends of these links take each other for dead, or no longer.
  virtual void part(const faults::scheduled_fault& links, bool apart) = 0;

private:
  virtual void kill(node_id node) = 0;
  virtual void revive(node_id node) = 0;

  std::set<node_id> gone_;
};

}  // namespace echelon::actors
