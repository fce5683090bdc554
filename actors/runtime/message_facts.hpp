#pragma once

#include <cstdint>

#include "actors/runtime/timer_queue.hpp"
#include "algorithms/base/node.hpp"

namespace echelon::runtime {

/// What the courier must know of a message. Every message type has `message_facts facts_of(const
/// M&)`.
struct message_facts {
  std::uint8_t kind = 0;  ///< position in the list of messages; part of the trace
  index round = 0;
  std::uint64_t plan = 0;
  std::uint64_t payload_hash = 0;  ///< 0: carries no large value
  std::int64_t bytes = 0;          ///< as it would cross the wire, header included
  std::int64_t bytes_back = 0;     ///< what crosses the other way because of it: that it came
  std::int64_t payload_bits = 0;   ///< of bytes, what the policy chose to send
  bool bulk = false;  ///< a model or gradient: takes link time; control messages take none
  /// On the way down: what the receiver still has to send for rounds up to this one is in vain.
  index closes = 0;
  bool closes_below = false;  ///< that holds for the receiver if it is a worker, else for one of
                              ///< those below it
};

/// A message on its way.
struct parcel {
  message_facts facts;
  delivery what;
};

}  // namespace echelon::runtime
