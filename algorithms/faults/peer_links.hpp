#pragma once

#include <cstdint>

#include "algorithms/base/node.hpp"

namespace echelon::faults {

/// Which way over a link: as seen from the tree's root, or, among peers, from the one it is named
/// by, `up` being away from that.
enum class sense : unsigned char { both, up, down };

/// Consecutive peers, as "peer/3" or "peer/0..31" name them.
struct peer_span {
  std::int32_t first = 0, last = -1;

  bool empty() const { return last < first; }
  bool has(node_id node) const {
    return node.kind == role::peer && first <= node.number && node.number <= last;
  }
};

/// All links that lead from some peers to others.
struct peer_links {
  peer_span near;
  peer_span far = {};  ///< empty: all who are not near

  bool leads(node_id from, node_id to) const {
    return near.has(from) && (far.empty() ? !near.has(to) : far.has(to));
  }
  /// Whether what one peer sends to the other goes over one of them that way.
  bool cross(node_id from, node_id to, sense way) const {
    return (way != sense::down && leads(from, to)) || (way != sense::up && leads(to, from));
  }
};

}  // namespace echelon::faults
