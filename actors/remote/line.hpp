#pragma once

#include <memory>
#include <string>

#include <caf/actor_control_block.hpp>
#include <caf/actor_system.hpp>
#include <caf/mailbox_element.hpp>
#include <caf/message.hpp>

#include "actors/remote/frames.hpp"
#include "actors/remote/gateway_settings.hpp"
#include "actors/remote/landing_pool.hpp"
#include "actors/runtime/event_loop.hpp"

namespace echelon::remote {

/// What both halves of a session need: the link, the loop, the counts.
struct line {
  caf::actor_system& system;
  runtime::event_loop& loop;
  const gateway_settings& settings;
  std::shared_ptr<net::link> link;
  caf::strong_actor_ptr ear;
  std::function<void(const std::string&)> complain;
  peer_counts counts;
  tally waiting = std::make_shared<std::atomic<std::size_t>>(0);
  tally landed = std::make_shared<std::atomic<std::size_t>>(0);

  /// A frame of that kind, sent now; its fields and values follow.
  gather begin(frame_kind kind) const;
  result<void> send(gather& what);
  /// Something legal that may not pass.
  void refuse(const std::string& what);
  /// Comes back to the ear as a caf::timeout_msg.
  runtime::timer_id set_timer(nanoseconds due, caf::atom_value side, std::uint64_t number);
};

/// A message in a mailbox that is counted until it is handled.
caf::mailbox_element_ptr make_counted(caf::strong_actor_ptr sender, caf::message_id id,
                                      caf::message what, tally count);

}  // namespace echelon::remote
