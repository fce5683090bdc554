#pragma once

#include <functional>
#include <string>

#include <caf/stateful_actor.hpp>

#include "actors/cluster/front_desk.hpp"

namespace echelon::actors {

/// What a reception hands out, and the desk it passes words on to. Outlives all receptions.
struct reception_room {
  front_desk& desk;
  std::string version;
  run_brief brief;
  /// The training samples from that one on, as many as one message takes.
  std::function<result<training_rows>(std::int64_t first)> rows;
  std::function<void(const std::string& what)> tell;
  /// Where the run is one of peers.
  std::function<void(const std::string& peer, const peer_met& what)> met = {};
  /// That peer would go on with the run.
  std::function<void(const std::string& peer)> stands_by = {};
};

struct reception_state {
  std::string listening;
  node_id seat_before;
  bool joined = false;
};

/// Speaks with the process of one peer and with no other.
/// Errors, as answers: another version of Echelon; samples that there are not.
reception_handle::behavior_type reception(reception_handle::stateful_pointer<reception_state> self,
                                          reception_room* room, std::string peer);

}  // namespace echelon::actors
