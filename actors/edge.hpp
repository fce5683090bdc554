#pragma once

#include <memory>
#include <vector>

#include "actors/children.hpp"
#include "actors/gathering.hpp"
#include "actors/role_context.hpp"
#include "actors/round_alarm.hpp"

namespace echelon::actors {

/// Where an edge stands in the tree.
struct edge_place {
  node_id self;
  std::int32_t sibling = 0;  ///< its index among its parent's children
  address<parent_handle> parent;
};

struct edge_state : edge_attempt {
  work_plan_ptr plan;
  nanoseconds started{0};
  nanoseconds decode_started{0};
  packing pack;
  round_alarm alarm;
  std::shared_ptr<gathering> round;
};

/// Passes a round on to its children, decodes their answers at the first moment it can, cancels the
/// rest and sends one vector up. Where the plan has no code for it, it relays every message
/// unchanged. An edge whose children can no longer give a decodable set says so at once.
edge_handle::behavior_type edge(edge_handle::stateful_pointer<edge_state> self,
                                role_context context, edge_place place, children_of_edge below);

}  // namespace echelon::actors
