#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <caf/actor_cast.hpp>
#include <caf/mailbox_element.hpp>

#include "actors/runtime/event_loop.hpp"
#include "actors/runtime/interference.hpp"
#include "actors/runtime/message_facts.hpp"
#include "actors/runtime/uplink.hpp"
#include "algorithms/base/tree.hpp"
#include "algorithms/transmission/delay_model.hpp"
#include "algorithms/transmission/link_model.hpp"

namespace echelon::runtime {

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

  traffic_totals& operator+=(const traffic_totals& other);
  traffic_totals operator-(const traffic_totals& other) const;
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
  std::map<std::pair<node_id, node_id>, link_count> across;  ///< between peers
  std::map<node_id, transmission::port_state> uplinks;  ///< of slotted ports; see courier::snapshot
};

/// Carries messages between actors over the links of the tree: counts their bytes, writes the
/// trace, and lets bulk messages take the time that the delay and link models say. The same in
/// every world; where links are real it is given models that add nothing. On their way up, those
/// that share a slotted uplink wait there for their turn; they are counted and traced when their
/// last bit has left it, and a message from above that closes their round takes them back.
///
/// Order: messages of one sender to one receiver on one lane (bulk, control) arrive in the order
/// sent while the link time of a node does not change within a round. Cost: O(1) a message, apart
/// from the timer of one that takes time.
class courier {
public:
  courier(event_loop& loop, const tree& topology, transmission::delay_model_ptr delays,
          transmission::link_plan links, transmission::uplink_plan uplinks = {});

  /// Starts the actors of slotted uplinks; before the first message. The caller ends them.
  std::vector<caf::actor> spawn_uplinks(caf::actor_system& system, const crash_handler& on_crash);

  /// From a node to its parent, or the other way; `to` is a typed handle that takes M. Where
  /// `if_dismissed(M)` is declared beside M, that is delivered instead of a message taken back.
  template <class Handle, class Message>
  void up(node_id from, node_id parent, const Handle& to, Message what) {
    const auto receiver = caf::actor_cast<caf::strong_actor_ptr>(to);
    parcel instead;
    if constexpr (requires { if_dismissed(what); })
      if (is_slotted(parent))
        instead = wrap(receiver, if_dismissed(what));
    carry_up(from, parent, wrap(receiver, std::move(what)), std::move(instead));
  }

  template <class Handle, class Message>
  void down(node_id from, node_id child, const Handle& to, Message what) {
    carry_down(from, child, wrap(caf::actor_cast<caf::strong_actor_ptr>(to), std::move(what)));
  }

  /// From a peer to another one. Where uplinks have a bandwidth, a peer's messages leave it one
  /// after the other.
  template <class Handle, class Message>
  void across(node_id from, node_id to, const Handle& receiver, Message what) {
    carry_across(from, to, wrap(caf::actor_cast<caf::strong_actor_ptr>(receiver), std::move(what)));
  }

  /// A message that came from a child in another process; its own courier has sent it.
  void arrived(node_id child, const message_facts& what);
  /// This is the process of one edge alone: its parent's process counts the link between the two.
  void live_apart(node_id self) { apart_ = self; }
  /// What crossed the links below an edge that lives apart since this was asked last; else nothing.
  traffic_totals take_traffic();

  /// Without the states of slotted uplinks.
  const courier_state& state() const { return state_; }
  /// With them: all that a checkpoint keeps.
  courier_state snapshot() const;
  /// What slotted uplinks did since the run began, by name; empty where there are none.
  std::map<std::string, double> uplink_facts() const;
  void restore(courier_state state);

  /// Where state().links keeps one direction of the link above a worker or an edge.
  std::size_t link_index(node_id child, transmission::direction way) const;
  /// Called for every event from now on, on the loop's thread.
  void subscribe(std::function<void(const trace_event&)> observer);
  /// Told of each message once it is known when it arrives, as often as it does; `time` says when.
  void subscribe_arrivals(std::function<void(const trace_event&)> observer);
  /// What goes wrong from now on; nullptr: nothing. It outlives the courier.
  void suffer(interference* what) { interference_ = what; }

private:
  template <class Message>
  static parcel wrap(const caf::strong_actor_ptr& receiver, Message what) {
    const message_facts facts = facts_of(what);
    return {facts,
            {receiver,
             caf::make_mailbox_element(nullptr, caf::make_message_id(), {}, std::move(what))}};
  }

  bool is_slotted(node_id parent) const { return uplinks_.contains(parent); }
  void carry_up(node_id from, node_id parent, parcel what, parcel instead);
  void send_up(node_id from, node_id parent, parcel what, parcel instead);
  void carry_down(node_id from, node_id child, parcel what);
  void send_down(node_id from, node_id child, parcel what);
  void carry_across(node_id from, node_id to, parcel what);
  void send_across(node_id from, node_id to, parcel what);
  void add_uplink(node_id parent);
  /// Now, or when it is due.
  void post(nanoseconds due, delivery what);
  /// Hands over a message that begins to cross its own link at `start`.
  void cross(transmission::direction way, node_id child, parcel what, nanoseconds start);
  void deliver(transmission::direction way, node_id child, parcel what, nanoseconds due);
  /// At each of these moments a copy of its own.
  void hand_over(node_id from, node_id to, parcel what, const std::vector<nanoseconds>& moments);
  void hand_over(node_id from, node_id to, const message_facts& facts, delivery what,
                 nanoseconds due);
  void note(transmission::direction way, node_id child, const trace_event& event);
  void count(transmission::direction way, node_id child, const message_facts& what);
  void count_bytes(transmission::direction way, node_id child, std::int64_t bytes);
  /// When the message has passed the medium that the children of its parent share.
  nanoseconds through_medium(transmission::direction way, node_id child, std::int64_t bytes);

  event_loop& loop_;
  const tree& topology_;
  transmission::delay_model_ptr delays_;
  transmission::link_plan links_;
  transmission::uplink_plan uplink_plan_;
  courier_state state_;
  std::map<node_id, uplink> uplinks_;  ///< by parent
  std::vector<std::function<void(const trace_event&)>> observers_;
  std::vector<std::function<void(const trace_event&)>> arrival_observers_;
  interference* interference_ = nullptr;
  std::optional<node_id> apart_;
  traffic_totals told_;
};

}  // namespace echelon::runtime
