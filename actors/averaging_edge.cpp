#include "actors/averaging_edge.hpp"

#include <utility>

#include "actors/group_model.hpp"
#include "algorithms/coding/plain_sum.hpp"

namespace echelon::actors {
namespace {

using self_pointer = edge_handle::stateful_pointer<averaging_edge_state>;

/// What the handlers of one edge share.
struct desk {
  role_context context;
  edge_place place;
  children_of_edge spawned;

  const training_setup& setup() const { return *context.setup; }
  children& below() const { return **spawned; }
  index exchanges() const { return setup().levels.exchanges_at(place.self.number); }
  template <class Message>
  void to_parent(Message what) {
    context.mail.up(place.self, place.parent.node, place.parent.handle, std::move(what));
  }
  double since(nanoseconds moment) const { return to_seconds(context.loop.now() - moment).count(); }
};

/// Whether a message is about the exchange with the children that goes on.
bool timely(const averaging_edge_state& state, std::int64_t round, std::uint64_t plan) {
  return !state.answered && state.round && !state.round->sealed() && round == state.own_round &&
         plan == state.latest_plan;
}

void stop_children(averaging_edge_state& state, desk& ours) {
  ours.below().cancel(state.own_round, state.latest_plan, state.round.get(), false);
  state.alarm.stop(ours.context);
  if (state.round)
    state.round->seal();
}

void give_up(averaging_edge_state& state, desk& ours, const std::string& reason) {
  state.answered = true;
  stop_children(state, ours);
  ours.to_parent(child_failed{state.latest, state.latest_plan, ours.place.sibling, reason});
}

/// What the group weighs in its parent's mean, whoever of it took part.
double weight_below(const averaging_edge_state& state, const desk& ours) {
  const training_setup& setup = ours.setup();
  double weight = 0;
  const index outer = moment_of(setup, ours.place.self, state.latest).outer;
  for (const index worker : setup.topology.workers_below(ours.place.self))
    for (const coding::coded_part& own : state.plan->work[slot(worker)])
      weight += setup.weight_of(setup.levels.data_of(own.part, outer));
  return weight;
}

/// The mean of the children's changes, applied; after the last exchange the answer upwards.
void decode(self_pointer self, desk& ours) {
  averaging_edge_state& state = self->state;
  stop_children(state, ours);
  state.decode_started = ours.context.loop.now();
  const bool last = state.done + 1 == ours.exchanges();
  ours.context.pool.compute(
      self, {},
      [round = state.round, model = state.model, received = state.received, last,
       parameters = ours.setup().model->parameter_count(), weight = state.weight,
       plain = ours.exchanges() == 1 && ours.setup().levels.participation == 1,
       pack = state.pack](int) {
        round_decoded done{round->round(), round->plan(), round->decode(), {}};
        if (!done.decoded)
          return done;
        coding::decoded_round& mean = *done.decoded;
        if (!model.empty() && !plain) {
          const block next = after_change(model, mean, parameters);
          mean.loss *= weight / mean.samples;
          mean.samples = weight;
          mean.values = last ? weighted_change(received, next, parameters, weight) : next;
        }
        if (last)
          done.upwards = pack.pack(round->contribute(mean));
        return done;
      });
}

void act_on(self_pointer self, desk& ours, gathering::verdict verdict) {
  averaging_edge_state& state = self->state;
  if (verdict == gathering::verdict::ready)
    return decode(self, ours);
  if (verdict == gathering::verdict::hopeless)
    return give_up(state, ours, state.round->why_lost([&ours](std::int32_t child) {
      return ours.below().node(child);
    }));
  state.alarm.follow(ours.context, self, state.round->wake_s(), ours.since(state.own_started),
                     round_wake{state.own_round});
}

/// The next exchange with the children.
void begin_exchange(self_pointer self, desk& ours) {
  averaging_edge_state& state = self->state;
  state.own_round = (state.latest - 1) * ours.exchanges() + state.done + 1;
  state.own_started = ours.context.loop.now();
  const auto chosen = taking_part(ours.setup(), *state.plan, ours.place.self, state.own_round);
  state.round = std::make_shared<gathering>(gathering_start{.code = coding::plain_sum(chosen),
                                                            .dimension = ours.context.dimension(),
                                                            .kind = ours.setup().model->kind(),
                                                            .round = state.own_round,
                                                            .plan = state.latest_plan,
                                                            .outlook = {.round = state.own_round}});
  round_start what{state.own_round, state.latest_plan, state.model, ours.context.model_bytes(),
                   state.recipe};
  ours.context.allot(ours.place.self, what);
  for (index child = 0; child < ours.below().count() && !state.answered; ++child) {
    if (!chosen[slot(child)])
      continue;
    if (ours.below().dead(child))
      act_on(self, ours, state.round->lose(static_cast<std::int32_t>(child), "is dead"));
    else
      ours.below().send(child, what);
  }
}

void begin(self_pointer self, desk& ours, const round_start& what, work_plan_ptr plan) {
  averaging_edge_state& state = self->state;
  if (state.plan == nullptr)
    ours.below().watch(self);
  state.alarm.stop(ours.context);
  ours.context.heard_of(ours.place.self, what.round);
  state.latest = what.round;
  state.latest_plan = what.plan;
  state.recipe = what.recipe;
  state.started = ours.context.loop.now();
  state.answered = false;
  state.plan = std::move(plan);
  state.received = state.model = what.state;
  state.weight = weight_below(state, ours);
  state.pack = ours.context.packing_of(ours.place.self, ours.place.self, ours.place.sibling, what);
  state.done = 0;
  state.busy_s = 0;
  state.vectors = 0;
  state.squeezed = {};
  state.notes = {};
  begin_exchange(self, ours);
}

void send_change(averaging_edge_state& state, desk& ours, const round_decoded& what) {
  state.answered = true;
  work_note note = std::exchange(state.notes, {});
  note.edges.push_back(ours.context.effort_of(ours.place.self, state.busy_s, state.vectors));
  coded_gradient answer = ours.context.answer_of(state.pack, what, state.latest, ours.place.sibling,
                                                 ours.since(state.started), std::move(note));
  answer.how.inherit(state.squeezed);
  ours.to_parent(std::move(answer));
}

void finish_exchange(self_pointer self, desk& ours, const round_decoded& what) {
  averaging_edge_state& state = self->state;
  if (!what.decoded)
    return give_up(state, ours, what.decoded.error().detail);
  ours.context.settle_allotment(ours.place.self, *state.round, *what.decoded);
  state.busy_s += ours.since(state.decode_started);
  state.vectors += state.round->vectors();
  const squeeze below = state.round->squeezed(*what.decoded);
  state.squeezed.input_square += below.input_square;
  state.squeezed.lost_square += below.lost_square;
  state.notes += state.round->notes();
  if (++state.done == ours.exchanges())
    return send_change(state, ours, what);
  state.model = what.decoded->values;
  begin_exchange(self, ours);
}

void cancel(averaging_edge_state& state, desk& ours, const cancel_round& what) {
  if (state.is_past(attempt{what}))
    return;
  const bool open = !std::exchange(state.answered, true);
  state.latest = what.round;
  state.latest_plan = what.plan;
  if (!open || !state.round)
    return;
  stop_children(state, ours);
  state.notes += state.round->notes();
  ours.to_parent(work_report{what.round, std::exchange(state.notes, {})});
}

/// What was done below in an exchange that is over still counts.
void pass_on(averaging_edge_state& state, desk& ours, const work_report& what) {
  if (state.answered || what.round > state.own_round)
    ours.to_parent(work_report{state.latest, what.note});
  else
    state.notes += what.note;
}

void lose_child(self_pointer self, desk& ours, const caf::actor_addr& ended) {
  const auto child = ours.below().bury(ended);
  averaging_edge_state& state = self->state;
  if (child && timely(state, state.own_round, state.latest_plan))
    act_on(self, ours,
           state.round->lose(static_cast<std::int32_t>(*child), "is dead",
                             ours.since(state.own_started)));
}

}  // namespace

edge_handle::behavior_type averaging_edge(self_pointer self, role_context context, edge_place place,
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
      [self, ours](const cancel_round& what) { cancel(self->state, *ours, what); },
      [](const assignment&) {},  // plain sums ask for nothing more
      [self, ours](const coded_gradient& what) {
        ours->below().heard(what.sender, false, what);
        if (timely(self->state, what.round, what.plan))
          act_on(self, *ours, self->state.round->add(what, ours->since(self->state.own_started)));
        else if (self->state.round)
          self->state.round->count_late(what);
      },
      [self, ours](const work_report& what) {
        if (!what.note.workers.empty())
          ours->below().heard(what.note.workers.front().worker, true, what);
        pass_on(self->state, *ours, what);
      },
      [self, ours](const child_failed& what) {
        ours->below().heard(what.sender, false, what);
        if (timely(self->state, what.round, what.plan))
          act_on(self, *ours,
                 self->state.round->lose(what.sender, what.reason,
                                         ours->since(self->state.own_started)));
      },
      [ours](const part_finished& what) { ours->below().heard(what.sender, false, what); },
      [self, ours](const round_decoded& what) {
        if (!self->state.answered && what.round == self->state.own_round &&
            what.plan == self->state.latest_plan)
          finish_exchange(self, *ours, what);
      },
      [self, ours](const round_wake& what) {
        if (!timely(self->state, what.round, self->state.latest_plan))
          return;
        self->state.alarm.rang();
        act_on(self, *ours, self->state.round->wake(ours->since(self->state.own_started)));
      },
      [self, ours](const child_seated& what) { ours->below().watch(self, what.child); },
  };
}

}  // namespace echelon::actors
