#pragma once

#include <memory>
#include <vector>

#include "actors/gathering.hpp"
#include "actors/role_context.hpp"

namespace echelon::actors {

/// Where an edge stands in the tree.
struct edge_place {
  node_id self;
  std::int32_t sender = 0;  ///< its index in its parent's code
  address<parent_handle> parent;
};

struct edge_state {
  std::int64_t latest = 0;
  bool answered = true;
  nanoseconds started{0};
  nanoseconds decode_started{0};
  std::shared_ptr<gathering> round;
};

/// In the order of its code. Handles stay within the process.
using children_of_edge = std::vector<address<child_handle>>;

/// Passes a round on to its children, decodes their answers at the first moment it can, cancels the
/// rest and sends one vector up. Where the plan has no code for it, it relays every answer
/// unchanged. An edge whose children can no longer give a decodable set says so at once.
edge_handle::behavior_type edge(edge_handle::stateful_pointer<edge_state> self,
                                role_context context, edge_place place,
                                std::shared_ptr<const children_of_edge> children);

}  // namespace echelon::actors
