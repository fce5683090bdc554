#pragma once

#include <functional>

#include <caf/stateful_actor.hpp>

#include "actors/cluster/cluster_messages.hpp"

namespace echelon::actors {

/// What a node's process does when the coordinator says so.
struct agent_orders {
  std::function<void(const take_seat&)> take;
  std::function<void(const expect_child&)> expect;
  std::function<void(const meet_peer&)> meet;
  std::function<void(const begin_learning&)> begin;
  std::function<void(const run_over&)> over;
};

struct agent_state {};

/// Speaks for a node's process with the coordinator's.
agent_handle::behavior_type agent(agent_handle::stateful_pointer<agent_state> self,
                                  agent_orders orders);

}  // namespace echelon::actors
