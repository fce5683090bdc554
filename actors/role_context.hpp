#pragma once

#include "actors/fault_injector.hpp"
#include "actors/gathering.hpp"
#include "actors/part_computer.hpp"
#include "actors/plan_shelf.hpp"
#include "actors/roles.hpp"
#include "actors/runtime/compute_pool.hpp"
#include "actors/runtime/courier.hpp"
#include "actors/runtime/event_loop.hpp"
#include "actors/sender_shelf.hpp"
#include "actors/training.hpp"

namespace echelon::actors {

/// What every role of a process shares. Outlives all actors.
struct role_context {
  training_setup_ptr setup;
  runtime::event_loop& loop;
  runtime::courier& mail;
  runtime::compute_pool& pool;
  part_computer& parts;
  plan_shelf& plans;
  sender_shelf& senders;
  fault_injector* faults = nullptr;  ///< where there are any

  /// Length of a model or gradient, 0 in timing-only runs.
  index dimension() const;
  /// Bytes of the large value on its way down, and up: in timing-only runs too.
  std::int64_t model_bytes() const;
  std::int64_t answer_bytes(coding::message_frame frame = {}) const;

  /// How long a worker takes over parts of a round; see transmission::delay_model.
  seconds compute_time(node_id worker, std::int64_t round, double load, index task) const;

  /// How much longer a node is to take over what took it so long on a real clock.
  nanoseconds lag(node_id self, nanoseconds took) const;
  /// A node was told of an exchange with its parent.
  void heard_of(node_id self, std::int64_t exchange) const;

  /// The plan of a round: one that is known, or made by the recipe. nullptr where neither helps.
  work_plan_ptr plan_of(const round_start& what) const;

  /// How a sender packs its answer to an exchange that began with `start`; `index_above`: what its
  /// parent's code calls it. `data`: whose memory it is.
  packing packing_of(node_id self, node_id data, std::int32_t index_above,
                     const round_start& start) const;

  /// An edge's answer to its parent's exchange `round`, packed as `what.upwards` says.
  coded_gradient answer_of(const packing& pack, const round_decoded& what, std::int64_t round,
                           std::int32_t sibling, double own_s, work_note note) const;

  /// What an edge did for an answer, with the bytes below it that were not told before.
  edge_effort effort_of(node_id edge, double busy_s, index vectors) const;

  /// Puts in what the children of a node may send in the exchange, and whose last message was not
  /// used. An exchange that is begun anew gets the same.
  void allot(node_id parent, round_start& what) const;
  /// Books what an exchange of a node with its children cost.
  void settle_allotment(node_id parent, const gathering& round,
                        const coding::decoded_round& decoded) const;

  /// What a probe after `round` found, by name, with the bounds that follow; ratio policies that
  /// want divergences learn them.
  std::map<std::string, double> findings_of(const model_probe& start, const model_probe& now,
                                            index round) const;

  /// Delivers a message to an actor itself after `delay`.
  template <class Self, class Message>
  runtime::timer_id after(nanoseconds delay, const Self& self, Message what) {
    return loop.schedule(
        loop.now() + delay,
        {caf::actor_cast<caf::strong_actor_ptr>(self),
         caf::make_mailbox_element(nullptr, caf::make_message_id(), {}, std::move(what))});
  }
};

/// A participant as another one reaches it.
template <class Handle>
struct address {
  node_id node;
  Handle handle;
};

}  // namespace echelon::actors
