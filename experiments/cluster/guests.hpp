#pragma once

#include <memory>

#include "actors/children.hpp"
#include "actors/cluster/reception.hpp"
#include "actors/roles.hpp"
#include "net/hub.hpp"

namespace echelon::experiments {

/// What a node's process is to the coordinator's.
struct guest {
  std::shared_ptr<net::link> link;
  actors::reception_handle reception;
  actors::agent_handle agent;
  bool suspect = false;
  bool stands_by = false;
};

/// An edge that lives here because no node is there for it.
struct local_edge {
  actors::edge_handle actor;
  actors::children_of_edge below = std::make_shared<std::unique_ptr<actors::children>>();
};

}  // namespace echelon::experiments
