#pragma once

#include <map>
#include <memory>
#include <vector>

#include "actors/peers/peer_messages.hpp"
#include "actors/role_context.hpp"

namespace echelon::actors {

/// How a peer reaches the others; filled before it begins, and where somebody comes later.
using neighbour_book = std::shared_ptr<std::map<index, neighbour_handle>>;

/// What the peers of a process share. Outlives them.
struct peer_surroundings {
  explicit peer_surroundings(role_context& shared);

  role_context& context;
  std::vector<std::unique_ptr<learning::workspace>> scratch;  ///< by lane
  books_handle monitor;
  bool monitor_is_here = true;  ///< reports carry models
  bool remembers = false;       ///< and what checkpoints are made of
};

class peer_life;

struct peer_actor_state {
  std::shared_ptr<peer_life> life;
};

/// A decentralised peer: learns, exchanges models with its neighbours as its rule says, and tells
/// the monitor after every round. Nobody tells it what to do.
peer_handle::behavior_type peer(peer_handle::stateful_pointer<peer_actor_state> self,
                                peer_surroundings* around, std::int32_t number,
                                neighbour_book neighbours);

}  // namespace echelon::actors
