#pragma once

#include <vector>

#include "actors/runtime/message_facts.hpp"
#include "algorithms/transmission/delay_model.hpp"

namespace echelon::runtime {

/// What goes wrong with messages between being said and arriving, in worlds that simulate it.
/// Called on the loop's thread, once for every message, in the order of a trace.
class interference {
public:
  virtual ~interference() = default;

  /// The sender has something to say; it may be changed. What is to be said: nothing, that, or
  /// more.
  virtual std::vector<parcel> spoken(node_id from, parcel what) = 0;
  /// The moments at which a message arrives that would at `due`, in the order they are to be
  /// scheduled; empty: never.
  virtual std::vector<nanoseconds> arrivals(transmission::direction way, node_id child,
                                            const message_facts& what, nanoseconds due) = 0;
  /// The same of a message from one peer to another.
  virtual std::vector<nanoseconds> arrivals_across(node_id from, node_id to,
                                                   const message_facts& what, nanoseconds due) = 0;
};

}  // namespace echelon::runtime
