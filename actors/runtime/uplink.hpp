#pragma once

#include <functional>
#include <map>
#include <vector>

#include <caf/actor.hpp>
#include <caf/actor_control_block.hpp>

#include "actors/runtime/event_loop.hpp"
#include "actors/runtime/message_facts.hpp"
#include "actors/runtime/spawn.hpp"
#include "algorithms/transmission/uplink/slotted_port.hpp"

namespace echelon::runtime {

/// A bulk message that waits for its turn. Where it is taken back before its last bit has gone,
/// `instead` is delivered, if it holds anything.
struct parked_message {
  node_id from, to;
  parcel message;
  parcel instead;
};

/// What happens to parked messages; called on the loop's thread.
struct uplink_outlets {
  /// Its last bit leaves at `when`, which is in the slot that begins now.
  std::function<void(parked_message, nanoseconds when)> sent;
  /// It was taken back after so many of its bytes.
  std::function<void(parked_message, std::int64_t bytes_sent)> dismissed;
};

/// The uplink that the children of one node share: holds their bulk messages and lets a port's
/// scheduler grant it slot by slot. Slots lie on a grid from the clock's zero, so that channels are
/// the same for every policy; they run only while something waits, on the timers of the loop,
/// virtual or real. Late timers lose no slot. Where senders stream, a message stands for what its
/// sender gets through in a window of slots, and all leave at the window's end.
class uplink {
public:
  uplink(event_loop& loop, const transmission::uplink_plan& plan, std::vector<node_id> senders,
         uplink_outlets outlets);

  /// Starts the actor that the loop's timers wake; before the first message, once.
  caf::actor spawn(caf::actor_system& system, crash_handler on_crash);
  void park(parked_message what);
  /// Takes back what the sender has parked for rounds up to `round`.
  void dismiss(node_id sender, index round);

  const transmission::port_state& state() const { return port_.state(); }
  void restore(transmission::port_state state) { port_.restore(std::move(state)); }

private:
  struct parked {
    parked_message what;
    index sender;
    double sent_before;  ///< of a stream: what its sender had sent when the window began, chunks
  };

  index position(node_id sender) const;
  void arm();
  void wake();
  void run_slot();
  void run_window_slot();
  void end_window();

  event_loop& loop_;
  const transmission::uplink_plan& plan_;
  std::vector<node_id> senders_;
  uplink_outlets outlets_;
  transmission::slotted_port port_;
  caf::strong_actor_ptr self_;
  std::map<std::int64_t, parked> parked_;  ///< by ticket
  std::int64_t last_ticket_ = 0;
  std::int64_t next_slot_ = 0;  ///< the first that has not run
  index window_slots_run_ = 0;
  timer_id alarm_;
};

}  // namespace echelon::runtime
