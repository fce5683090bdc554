#pragma once

#include "actors/role_context.hpp"
#include "algorithms/coding/encoder.hpp"

namespace echelon::actors {

/// Where a worker stands: its own place in the tree and in its parent's code.
struct worker_place {
  node_id self;
  std::int32_t sender = 0;  ///< its index in the code that decodes its answers
  address<parent_handle> parent;
};

struct worker_state {
  std::int64_t latest = 0;  ///< highest round started or cancelled; older messages are stale
  bool active = false;
  std::uint64_t plan = 0;
  block model;
  std::size_t position = 0;  ///< parts finished
  nanoseconds started{0};
  nanoseconds span{0};  ///< what the delay model gives for the whole list
  runtime::timer_id next_part;
  runtime::cancel_token token;
  std::shared_ptr<coding::encoder> answer;
};

/// Computes its parts one after the other, each when it falls due, and sends one coded sum. A
/// cancel or a newer round takes effect between parts; stale messages change nothing.
worker_handle::behavior_type worker(worker_handle::stateful_pointer<worker_state> self,
                                    role_context context, worker_place place);

}  // namespace echelon::actors
