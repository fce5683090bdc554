#pragma once

#include "actors/part_computer.hpp"
#include "actors/plan_shelf.hpp"
#include "actors/roles.hpp"
#include "actors/runtime/compute_pool.hpp"
#include "actors/runtime/courier.hpp"
#include "actors/runtime/event_loop.hpp"
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

  /// Length of a model or gradient, 0 in timing-only runs.
  index dimension() const;
  /// Bytes of the large value on its way down, and up: in timing-only runs too.
  std::int64_t model_bytes() const;
  std::int64_t answer_bytes(coding::message_frame frame = {}) const;

  /// The plan of a round: one that is known, or made by the recipe. nullptr where neither helps.
  work_plan_ptr plan_of(const round_start& what) const;

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
