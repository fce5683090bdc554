#pragma once

#include <map>
#include <memory>
#include <vector>

#include "actors/runtime/courier.hpp"
#include "actors/training.hpp"
#include "algorithms/merging/mixing/mixing_rule.hpp"

namespace echelon::actors {

/// What a peer goes on from behind a round. What it has heard of others is not kept: where models
/// of earlier exchanges may be used, they are heard anew.
struct peer_memory {
  index steps = 0;                 ///< taken, those before the first round among them
  block state = {};                ///< where whole models merge
  merging::peer_state mixed = {};  ///< where peers mix as they learn
  std::map<index, runtime::link_count> sent = {};  ///< to other peers, since the run began
};

using peer_memory_ptr = std::shared_ptr<const peer_memory>;

/// Of all peers behind the same round, by number; nullptr: this one was not there.
using peer_memories = std::vector<peer_memory_ptr>;

std::vector<std::byte> to_bytes(const peer_memories& all);
/// Errors: bad_input where the bytes are none of this run's.
result<peer_memories> memories_from_bytes(std::span<const std::byte> bytes,
                                          const training_setup& setup);

}  // namespace echelon::actors
