#include "actors/edge.hpp"

#include <utility>

namespace echelon::actors {
namespace {

using self_pointer = edge_handle::stateful_pointer<edge_state>;

/// What the handlers of one edge share.
struct desk {
  role_context context;
  edge_place place;
  std::shared_ptr<const children_of_edge> children;

  const coding::gradient_code_ptr& code() const {
    return context.setup->plan.edge_codes[static_cast<std::size_t>(place.self.number)];
  }
  bool relays() const { return code() == nullptr; }

  template <class Message>
  void to_parent(Message what) {
    context.mail.up(place.self, place.parent.node, place.parent.handle, std::move(what));
  }

  template <class Message>
  void to_child(std::size_t child, Message what) {
    const auto& [node, handle] = (*children)[child];
    context.mail.down(place.self, node, handle, std::move(what));
  }
};

void cancel_children(const edge_state& state, desk& ours) {
  for (std::size_t child = 0; child < ours.children->size(); ++child)
    if (!state.round || !state.round->has(static_cast<std::int32_t>(child)))
      ours.to_child(child, cancel_round{state.latest});
}

void begin(edge_state& state, desk& ours, const round_start& what) {
  state.latest = what.round;
  state.started = ours.context.loop.now();
  state.answered = false;
  if (!ours.relays())
    state.round = std::make_shared<gathering>(ours.code(), ours.context.dimension(),
                                              ours.context.setup->model->kind(), what.round,
                                              what.plan);
  for (std::size_t child = 0; child < ours.children->size(); ++child)
    ours.to_child(child, what);
}

void decode(self_pointer self, desk& ours) {
  edge_state& state = self->state;
  cancel_children(state, ours);
  state.round->seal();
  state.decode_started = ours.context.loop.now();
  ours.context.pool.compute(self, {}, [round = state.round](int) {
    return round_decoded{round->round(), round->decode()};
  });
}

void act_on(self_pointer self, desk& ours, gathering::verdict verdict) {
  if (verdict == gathering::verdict::ready)
    decode(self, ours);
  if (verdict == gathering::verdict::hopeless) {
    self->state.answered = true;
    cancel_children(self->state, ours);
    ours.to_parent(child_failed{self->state.latest, ours.place.sender,
                                self->state.round->why_lost([&ours](std::int32_t child) {
                                  return (*ours.children)[static_cast<std::size_t>(child)].node;
                                })});
  }
}

void add_answer(self_pointer self, desk& ours, coded_gradient what) {
  edge_state& state = self->state;
  if (state.round->sealed())
    return state.round->count_late(what);
  const double after = to_seconds(ours.context.loop.now() - state.started).count();
  const auto child = static_cast<std::size_t>(what.sender);
  if (what.round == state.latest && child < ours.children->size())
    if (const node_id from = (*ours.children)[child].node; from.kind == role::worker)
      what.note.answers.push_back({from.number, after});
  act_on(self, ours, state.round->add(std::move(what)));
}

void send_decoded(edge_state& state, desk& ours, const round_decoded& what) {
  state.answered = true;
  if (!what.decoded) {
    ours.to_parent(child_failed{what.round, ours.place.sender, what.decoded.error().detail});
    return;
  }
  work_note note = state.round->notes();
  note.edge_busy_s += to_seconds(ours.context.loop.now() - state.decode_started).count();
  ours.to_parent(
      coded_gradient{.round = what.round,
                     .plan = state.round->plan(),
                     .sender = ours.place.sender,
                     .answer = {what.decoded->values, what.decoded->loss, what.decoded->samples},
                     .payload_bytes = ours.context.payload_bytes(),
                     .note = std::move(note)});
}

}  // namespace

edge_handle::behavior_type edge(self_pointer self, role_context context, edge_place place,
                                std::shared_ptr<const children_of_edge> children) {
  const auto ours = std::make_shared<desk>(desk{context, std::move(place), std::move(children)});
  return {
      [self, ours](const round_start& what) {
        if (what.round > self->state.latest)
          begin(self->state, *ours, what);
      },
      [self, ours](const cancel_round& what) {
        edge_state& state = self->state;
        if (what.round < state.latest || (what.round == state.latest && state.answered))
          return;
        state.latest = what.round;
        state.answered = true;
        cancel_children(state, *ours);
        if (state.round && state.round->round() == what.round) {
          state.round->seal();
          ours->to_parent(work_report{what.round, state.round->notes()});
        }
      },
      [self, ours](const coded_gradient& what) {
        // A round that is over needs no bytes on the way up.
        const bool over = what.round < self->state.latest || self->state.answered;
        if (ours->relays() && !over)
          ours->to_parent(what);
        else if (self->state.round)
          add_answer(self, *ours, what);
      },
      [self, ours](const work_report& what) {
        if (!self->state.answered && what.round == self->state.latest && self->state.round)
          self->state.round->note(what.note);
        else
          ours->to_parent(what);
      },
      [self, ours](const child_failed& what) {
        if (ours->relays())
          ours->to_parent(what);
        else if (self->state.round && what.round == self->state.latest)
          act_on(self, *ours, self->state.round->lose(what.sender, what.reason));
      },
      [self, ours](const round_decoded& what) {
        if (what.round == self->state.latest && !self->state.answered)
          send_decoded(self->state, *ours, what);
      },
  };
}

}  // namespace echelon::actors
