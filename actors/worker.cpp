#include "actors/worker.hpp"

#include <algorithm>

namespace echelon::actors {
namespace {

using self_pointer = worker_handle::stateful_pointer<worker_state>;

std::span<const coding::coded_part> work_of(const role_context& context,
                                            const worker_place& place) {
  return context.setup->plan.work[static_cast<std::size_t>(place.self.number)];
}

work_note note_of(const worker_state& state, const role_context& context) {
  return {.parts_computed = static_cast<std::int64_t>(state.position),
          .worker_busy_s = to_seconds(context.loop.now() - state.started).count(),
          .edge_busy_s = 0,
          .answers = {}};
}

/// Parts are spread evenly over the span; one that was computed late does not shorten the next.
void schedule_next(self_pointer self, role_context& context, const worker_place& place) {
  worker_state& state = self->state;
  const auto parts = static_cast<std::int64_t>(work_of(context, place).size());
  const nanoseconds due = state.started +
                          state.span * (static_cast<std::int64_t>(state.position) + 1) / parts;
  state.next_part = context.after(std::max(due - context.loop.now(), nanoseconds{0}), self,
                                  part_due{state.latest});
}

void abandon(self_pointer self, role_context& context, const worker_place& place) {
  worker_state& state = self->state;
  if (!state.active)
    return;
  state.active = false;
  state.token.cancel();
  context.loop.cancel(state.next_part);
  context.mail.up(place.self, place.parent.node, place.parent.handle,
                  work_report{state.latest, note_of(state, context)});
}

void begin(self_pointer self, role_context& context, const worker_place& place,
           const round_start& what) {
  worker_state& state = self->state;
  state.latest = what.round;
  const auto parts = work_of(context, place);
  if (parts.empty())
    return;
  state.active = true;
  state.plan = what.plan;
  state.model = what.state;
  state.position = 0;
  state.started = context.loop.now();
  state.span = to_nanoseconds(
      context.setup->delays->compute(place.self, what.round, static_cast<double>(parts.size())));
  state.token = {};
  state.answer = std::make_shared<coding::encoder>();
  schedule_next(self, context, place);
}

void compute_part(self_pointer self, role_context& context, const worker_place& place) {
  worker_state& state = self->state;
  const auto parts = work_of(context, place);
  const coding::coded_part part = parts[state.position];
  const bool last = state.position + 1 == parts.size();
  context.pool.compute(self, state.token,
                       [&computer = context.parts, model = state.model, sum = state.answer,
                        round = state.latest, part, last](int lane) {
                         sum->add(part, computer.compute(model, round, part.part, lane));
                         part_done done{round, std::nullopt};
                         if (last)
                           done.answer = sum->finish();
                         return done;
                       });
}

void finish_part(self_pointer self, role_context& context, const worker_place& place,
                 std::optional<coding::contribution> answer) {
  worker_state& state = self->state;
  if (++state.position < work_of(context, place).size()) {
    schedule_next(self, context, place);
    return;
  }
  state.active = false;
  state.model = {};
  context.mail.up(place.self, place.parent.node, place.parent.handle,
                  coded_gradient{.round = state.latest,
                                 .plan = state.plan,
                                 .sender = place.sender,
                                 .answer = answer.value_or(coding::contribution{}),
                                 .payload_bytes = context.payload_bytes(),
                                 .note = note_of(state, context)});
}

}  // namespace

worker_handle::behavior_type worker(self_pointer self, role_context context, worker_place place) {
  const auto ours = std::make_shared<role_context>(context);
  const auto here = std::make_shared<const worker_place>(std::move(place));
  return {
      [self, ours, here](const round_start& what) {
        if (what.round <= self->state.latest)
          return;
        abandon(self, *ours, *here);
        begin(self, *ours, *here, what);
      },
      [self, ours, here](const cancel_round& what) {
        if (what.round < self->state.latest)
          return;
        abandon(self, *ours, *here);
        self->state.latest = what.round;
      },
      [self, ours, here](const part_due& what) {
        if (!self->state.active || what.round != self->state.latest)
          return;
        if (ours->setup->gradients)
          compute_part(self, *ours, *here);
        else
          finish_part(self, *ours, *here, std::nullopt);
      },
      [self, ours, here](const part_done& what) {
        if (self->state.active && what.round == self->state.latest)
          finish_part(self, *ours, *here, what.answer);
      },
  };
}

}  // namespace echelon::actors
