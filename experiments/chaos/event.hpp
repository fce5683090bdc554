#pragma once

#include <cstdint>
#include <variant>
#include <vector>

#include "actors/record.hpp"
#include "actors/runtime/courier.hpp"
#include "algorithms/base/block.hpp"

/// What can be seen of a run from outside: its history, event by event. Checkers know nothing else.
namespace echelon::experiments::chaos {

/// A message was handed over for sending.
struct message_sent {
  runtime::trace_event what;
};

/// A message arrives at `what.time`, if its receiver is there; told in the order of sending.
struct message_due {
  runtime::trace_event what;
};

/// A round is over, and its record written; `weights` are those after it, empty in timing-only
/// runs.
struct round_ended {
  actors::round_record record;
  nanoseconds now{0};
  block weights;
};

/// All rounds up to this one were acknowledged: written down for good.
struct checkpoint_written {
  index rounds = 0;
};

/// A node ended or returned.
struct node_moved {
  node_id node;
  bool there = false;
  nanoseconds now{0};
};

/// The coordinator is there again, after so many rounds, with these weights.
struct run_resumed {
  index rounds = 0;
  block weights;
  nanoseconds now{0};
};

/// The run, or this sitting of it, is over.
struct run_ended {
  actors::run_summary summary;
  bool to_be_resumed = false;
  nanoseconds now{0};
  std::vector<block> peers = {};  ///< models, where the run is one of peers
};

using event = std::variant<message_sent, message_due, round_ended, checkpoint_written, node_moved,
                           run_resumed, run_ended>;

}  // namespace echelon::experiments::chaos
