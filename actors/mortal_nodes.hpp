#pragma once

#include "algorithms/faults/schedule.hpp"

namespace echelon::actors {

/// The nodes of a simulated run that faults end and bring back. Control thread only.
class mortal_nodes {
public:
  virtual ~mortal_nodes() = default;

  /// Ends a node at once; those who were linked to it see that it is gone. False when it was gone
  /// already.
  virtual bool end(node_id node) = 0;
  /// A node that ended returns as a new one. False when it is there.
  virtual bool bring_back(node_id node) = 0;
  virtual bool gone(node_id node) const = 0;
  /// Peers at the ends of these links take each other for dead, or no longer.
  virtual void part(const faults::scheduled_fault& links, bool apart) = 0;
};

}  // namespace echelon::actors
