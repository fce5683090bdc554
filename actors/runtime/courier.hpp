#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include <caf/actor_cast.hpp>
#include <caf/mailbox_element.hpp>

#include "actors/runtime/event_loop.hpp"
#include "algorithms/base/tree.hpp"
#include "algorithms/transmission/delay_model.hpp"
#include "algorithms/transmission/link_model.hpp"

namespace echelon::runtime {

/// What the courier must know of a message. Every message type has `message_facts facts_of(const
/// M&)`.
struct message_facts {
  std::uint8_t kind = 0;  ///< position in the list of messages; part of the trace
  index round = 0;
  std::uint64_t payload_hash = 0;  ///< 0: carries no large value
  std::int64_t bytes = 0;          ///< as it would cross the wire, header included
  std::int64_t payload_bits = 0;   ///< of bytes, what the policy chose to send
  bool bulk = false;  ///< a model or gradient: takes link time; control messages take none
};

/// One event of a run: a message as it was handed over for sending.
struct trace_event {
  nanoseconds time{0};
  node_id from, to;
  message_facts what;
};

/// Sums over both directions of all links.
struct traffic_totals {
  std::int64_t bytes_up = 0;
  std::int64_t bytes_down = 0;
  std::int64_t payload_bits_up = 0;
};

/// One direction of one link: the child's node names it.
struct link_count {
  std::int64_t messages = 0;
  std::int64_t bytes = 0;

  bool operator==(const link_count&) const = default;
};

/// What a checkpoint keeps of the links, so that a resumed run continues as if nothing had
/// happened.
struct courier_state {
  std::uint64_t trace_hash = 0;
  traffic_totals totals;
  std::vector<link_count> links;             ///< see courier::link_index
  std::map<node_id, std::int64_t> media_up;  ///< by parent: when its shared medium is free, in ns
  std::map<node_id, std::int64_t> media_down;
};

/// Carries messages between actors over the links of the tree: counts their bytes, writes the
/// trace, and lets bulk messages take the time that the delay and link models say. The same in
/// every world; where links are real it is given models that add nothing.
///
/// Order: messages of one sender to one receiver on one lane (bulk, control) arrive in the order
/// sent while the link time of a node does not change within a round. Cost: O(1) a message, apart
/// from the timer of one that takes time.
class courier {
public:
  courier(event_loop& loop, const tree& topology, transmission::delay_model_ptr delays,
          transmission::link_plan links);

  /// From a node to its parent, or the other way; `to` is a typed handle that takes M.
  template <class Handle, class Message>
  void up(node_id from, node_id parent, const Handle& to, Message what) {
    const message_facts facts = facts_of(what);
    deliver(transmission::direction::up, from, from, parent, facts,
            {caf::actor_cast<caf::strong_actor_ptr>(to), element(std::move(what))});
  }

  template <class Handle, class Message>
  void down(node_id from, node_id child, const Handle& to, Message what) {
    const message_facts facts = facts_of(what);
    deliver(transmission::direction::down, child, from, child, facts,
            {caf::actor_cast<caf::strong_actor_ptr>(to), element(std::move(what))});
  }

  const courier_state& state() const { return state_; }
  void restore(courier_state state);

  /// Where state().links keeps one direction of the link above a worker or an edge.
  std::size_t link_index(node_id child, transmission::direction way) const;
  /// Called for every event from now on, on the loop's thread.
  void subscribe(std::function<void(const trace_event&)> observer);

private:
  template <class Message>
  static caf::mailbox_element_ptr element(Message what) {
    return caf::make_mailbox_element(nullptr, caf::make_message_id(), {}, std::move(what));
  }

  void deliver(transmission::direction way, node_id child, node_id from, node_id to,
               const message_facts& facts, delivery what);
  void note(transmission::direction way, node_id child, const trace_event& event);
  nanoseconds arrival(transmission::direction way, node_id child, const message_facts& facts);

  event_loop& loop_;
  const tree& topology_;
  transmission::delay_model_ptr delays_;
  transmission::link_plan links_;
  courier_state state_;
  std::vector<std::function<void(const trace_event&)>> observers_;
};

}  // namespace echelon::runtime
