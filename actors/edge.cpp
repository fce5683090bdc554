#include "actors/edge.hpp"

#include <utility>

namespace echelon::actors {
namespace {

using self_pointer = edge_handle::stateful_pointer<edge_state>;

/// What the handlers of one edge share.
struct desk {
  role_context context;
  edge_place place;
  children_of_edge spawned;

  children& below() const { return **spawned; }
  template <class Message>
  void to_parent(Message what) {
    context.mail.up(place.self, place.parent.node, place.parent.handle, std::move(what));
  }
  double into_round_s(const edge_state& state) const {
    return to_seconds(context.loop.now() - state.started).count();
  }
};

bool relays(const edge_state& state) { return state.plan == nullptr || state.plan->relayed(); }

bool over(const edge_state& state, std::int64_t round) {
  return state.answered || round != state.latest;
}

void cancel_children(const edge_state& state, desk& ours) {
  ours.below().cancel(state.latest, state.latest_plan, state.round.get(), relays(state));
}

void tell_of_the_dead(const edge_state& state, desk& ours, index child) {
  for (const std::int32_t sender : ours.below().senders_of(child, true))
    ours.to_parent(child_failed{state.latest, state.latest_plan, sender, "is dead"});
}

void decode(self_pointer self, desk& ours) {
  edge_state& state = self->state;
  cancel_children(state, ours);
  state.alarm.stop(ours.context);
  state.round->seal();
  state.decode_started = ours.context.loop.now();
  ours.context.pool.compute(self, {}, [round = state.round, pack = state.pack](int) {
    round_decoded done{round->round(), round->plan(), round->decode(), {}};
    if (done.decoded) {
      done.upwards = pack.pack(round->contribute(*done.decoded));
      done.upwards.how.inherit(round->squeezed(*done.decoded));
    }
    return done;
  });
}

void give_up(edge_state& state, desk& ours, const std::string& reason) {
  state.answered = true;
  cancel_children(state, ours);
  state.alarm.stop(ours.context);
  ours.to_parent(child_failed{state.latest, state.latest_plan, ours.place.sibling, reason});
}

/// After anything that happened to the round: what its code wants now, and what that makes of it.
void act_on(self_pointer self, desk& ours, gathering::verdict verdict) {
  edge_state& state = self->state;
  if (verdict == gathering::verdict::ready)
    return decode(self, ours);
  ours.below().carry_out(*state.round, false);
  if (verdict == gathering::verdict::hopeless)
    return give_up(state, ours, state.round->why_lost([&ours](std::int32_t child) {
      return ours.below().node(child);
    }));
  state.alarm.follow(ours.context, self, state.round->wake_s(), ours.into_round_s(state),
                     round_wake{state.latest});
}

void begin(self_pointer self, desk& ours, const round_start& what, work_plan_ptr plan) {
  edge_state& state = self->state;
  if (state.plan == nullptr)
    ours.below().watch(self);
  state.alarm.stop(ours.context);
  ours.context.heard_of(ours.place.self, what.round);
  state.latest = what.round;
  state.latest_plan = what.plan;
  state.started = ours.context.loop.now();
  state.answered = false;
  state.plan = std::move(plan);
  state.pack = ours.context.packing_of(ours.place.self, ours.place.self, ours.place.sibling, what);
  state.round = nullptr;
  const auto number = static_cast<std::size_t>(ours.place.self.number);
  if (!relays(state))
    state.round = std::make_shared<gathering>(gathering_start{
        .code = state.plan->edge_codes[number],
        .dimension = ours.context.dimension(),
        .kind = ours.context.setup->model->kind(),
        .round = what.round,
        .plan = what.plan,
        .parts_above = state.plan->edge_parts.empty() ? std::vector<coding::coded_part>{}
                                                      : state.plan->edge_parts[number],
        .outlook = {.round = what.round}});
  round_start below = what;
  if (!relays(state))
    ours.context.allot(ours.place.self, below);
  ours.below().send_all(below);
  for (index child = 0; child < ours.below().count(); ++child) {
    if (ours.below().dead(child) && relays(state))
      tell_of_the_dead(state, ours, child);
    else if (ours.below().dead(child) && !state.answered)
      act_on(self, ours, state.round->lose(static_cast<std::int32_t>(child), "is dead"));
  }
  if (state.round && !state.answered && !state.round->sealed())
    act_on(self, ours, gathering::verdict::waiting);
}

void add_answer(self_pointer self, desk& ours, coded_gradient what) {
  edge_state& state = self->state;
  if (state.round->sealed())
    return state.round->count_late(what);
  act_on(self, ours, state.round->add(std::move(what), ours.into_round_s(state)));
}

void send_decoded(edge_state& state, desk& ours, const round_decoded& what) {
  if (!what.decoded)
    return give_up(state, ours, what.decoded.error().detail);
  ours.context.settle_allotment(ours.place.self, *state.round, *what.decoded);
  state.answered = true;
  work_note note = state.round->notes();
  const double busy_s = to_seconds(ours.context.loop.now() - state.decode_started).count();
  note.edges.push_back(ours.context.effort_of(ours.place.self, busy_s, state.round->vectors()));
  ours.to_parent(ours.context.answer_of(state.pack, what, state.latest, ours.place.sibling,
                                        ours.into_round_s(state), std::move(note)));
}

void cancel(self_pointer self, desk& ours, const cancel_round& what) {
  edge_state& state = self->state;
  if (state.is_past(attempt{what}))
    return;
  if (what.only != everybody && relays(state)) {
    const index child = ours.below().towards(what.only, true);
    if (!ours.below().dead(child))
      ours.below().send(child, what);
    return;
  }
  state.latest = what.round;
  state.latest_plan = what.plan;
  state.answered = true;
  cancel_children(state, ours);
  state.alarm.stop(ours.context);
  if (state.round && state.round->round() == what.round) {
    state.round->seal();
    ours.to_parent(work_report{what.round, state.round->notes()});
  }
}

/// A child ended: from now on it is a straggler in every round.
void lose_child(self_pointer self, desk& ours, const caf::actor_addr& ended) {
  const auto child = ours.below().bury(ended);
  edge_state& state = self->state;
  if (!child || state.answered)
    return;
  if (relays(state))
    tell_of_the_dead(state, ours, *child);
  else if (!state.round->sealed())
    act_on(
        self, ours,
        state.round->lose(static_cast<std::int32_t>(*child), "is dead", ours.into_round_s(state)));
}

}  // namespace

edge_handle::behavior_type edge(self_pointer self, role_context context, edge_place place,
                                children_of_edge below) {
  const auto ours = std::make_shared<desk>(desk{context, std::move(place), std::move(below)});
  self->set_down_handler(
      [self, ours](caf::down_msg& what) { lose_child(self, *ours, what.source); });
  return {
      [self, ours](const round_start& what) {
        auto plan = ours->context.plan_of(what);
        if (attempt{what} > self->state.newest() && plan != nullptr)
          begin(self, *ours, what, std::move(plan));
      },
      [self, ours](const cancel_round& what) { cancel(self, *ours, what); },
      [self, ours](const assignment& what) {
        const auto plan = ours->context.plans.find(what.plan);
        if (self->state.is_past(attempt{what}) || plan == nullptr || !plan->relayed())
          return;
        const index child = ours->below().towards(what.sender, true);
        if (!ours->below().dead(child))
          ours->below().send(child, what);
      },
      [self, ours](const coded_gradient& what) {
        ours->below().heard(what.sender, relays(self->state), what);
        // A round that is over needs no bytes on the way up.
        if (self->state.round)
          add_answer(self, *ours, what);
        else if (!over(self->state, what.round))
          ours->to_parent(what);
      },
      [self, ours](const work_report& what) {
        if (!what.note.workers.empty())
          ours->below().heard(what.note.workers.front().worker, true, what);
        if (!over(self->state, what.round) && self->state.round)
          self->state.round->note(what.note);
        else
          ours->to_parent(what);
      },
      [self, ours](const child_failed& what) {
        ours->below().heard(what.sender, relays(self->state), what);
        if (over(self->state, what.round) || what.plan != self->state.latest_plan)
          return;
        if (relays(self->state))
          ours->to_parent(what);
        else if (!self->state.round->sealed())
          act_on(
              self, *ours,
              self->state.round->lose(what.sender, what.reason, ours->into_round_s(self->state)));
      },
      [self, ours](const part_finished& what) {
        ours->below().heard(what.sender, relays(self->state), what);
        if (over(self->state, what.round))
          return;
        if (relays(self->state))
          ours->to_parent(what);
        else if (!self->state.round->sealed())
          act_on(self, *ours, self->state.round->progress(what, ours->into_round_s(self->state)));
      },
      [self, ours](const round_decoded& what) {
        if (!over(self->state, what.round) && what.plan == self->state.round->plan())
          send_decoded(self->state, *ours, what);
      },
      [self, ours](const round_wake& what) {
        if (over(self->state, what.round) || self->state.round->sealed())
          return;
        self->state.alarm.rang();
        act_on(self, *ours, self->state.round->wake(ours->into_round_s(self->state)));
      },
      [self, ours](const child_seated& what) { ours->below().watch(self, what.child); },
  };
}

}  // namespace echelon::actors
