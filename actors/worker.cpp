#include "actors/worker.hpp"

#include <algorithm>
#include <utility>

namespace echelon::actors {
namespace {

using self_pointer = worker_handle::stateful_pointer<worker_state>;

/// What the handlers of one worker share.
struct bench {
  role_context context;
  worker_place place;

  std::int32_t sender(const work_plan_ptr& plan) const {
    return plan->relayed() ? place.self.number : place.sibling;
  }
  template <class Message>
  void to_parent(Message what) {
    context.mail.up(place.self, place.parent.node, place.parent.handle, std::move(what));
  }
};

coding::gradient_code_ptr code_above(const coding::work_plan& plan, node_id parent) {
  return parent.kind == role::edge && !plan.relayed()
             ? plan.edge_codes[static_cast<std::size_t>(parent.number)]
             : plan.root_code;
}

void stop_clock(worker_state& state, nanoseconds now) {
  if (std::exchange(state.computing, false))
    state.busy += now - state.busy_since;
}

/// What was done since the last note.
work_note take_note(worker_state& state, const bench& ours) {
  const nanoseconds now = ours.context.loop.now();
  if (state.computing)
    state.busy += now - std::exchange(state.busy_since, now);
  work_note note;
  note.workers.push_back({.worker = ours.place.self.number,
                          .parts = std::exchange(state.parts_told, 0),
                          .busy_s = to_seconds(std::exchange(state.busy, nanoseconds{0})).count()});
  return note;
}

void give_up_part(worker_state& state, bench& ours) {
  stop_clock(state, ours.context.loop.now());
  state.token.cancel();
  state.token = {};
  ours.context.loop.cancel(state.timer);
  ++state.step;
}

void abandon(worker_state& state, bench& ours) {
  if (!std::exchange(state.active, false))
    return;
  give_up_part(state, ours);
  state.model = {};
  if (state.parts_told > 0 || state.busy > nanoseconds{0})
    ours.to_parent(work_report{state.latest, take_note(state, ours)});
}

void send_answer(worker_state& state, bench& ours, std::int32_t task, packed_answer made) {
  if (made.next)
    ours.context.senders.sent(state.pack.who, state.pack.when, std::move(made.next));
  const bool packed = !made.answer.packed.empty();
  const std::int64_t bytes = packed ? static_cast<std::int64_t>(made.answer.packed.size())
                                    : ours.context.answer_bytes(state.code->frame());
  ours.to_parent(
      coded_gradient{.round = state.latest,
                     .plan = state.plan->id,
                     .sender = ours.sender(state.plan),
                     .task = task,
                     .answer = std::move(made.answer),
                     .payload_bytes = bytes,
                     .how = made.how,
                     .own_s = to_seconds(ours.context.loop.now() - state.started).count(),
                     .note = take_note(state, ours)});
}

/// Answers every task whose parts are all kept.
void answer_kept(self_pointer self, bench& ours) {
  worker_state& state = self->state;
  while (auto complete = state.queue.take_complete()) {
    if (!ours.context.setup->gradients) {
      send_answer(state, ours, complete->number, {});
      continue;
    }
    std::vector<std::pair<coding::coded_part, coding::contribution>> terms;
    for (coding::coded_part& part : complete->parts) {
      coding::contribution value = state.queue.value(part.part);
      terms.emplace_back(std::move(part), std::move(value));
    }
    ours.context.pool.compute(self, state.token,
                              [terms = std::move(terms), frame = state.code->frame(),
                               pack = state.pack, round = state.latest, plan = state.plan->id,
                               task = complete->number](int) {
                                coding::encoder sum{frame};
                                for (const auto& [how, part] : terms)
                                  sum.add(how, part);
                                return task_encoded{round, plan, task, pack.pack(sum.finish())};
                              });
  }
}

/// Whether the part under way is what the queue wants next.
bool on_course(const worker_state& state, const task_queue::task* front) {
  return state.computing && front != nullptr && state.queue.next_part() == state.part &&
         (state.queue.keeps() || state.sum != nullptr);
}

/// Parts fall due one pace after the other; one that was computed late does not shorten the next.
void advance(self_pointer self, bench& ours) {
  worker_state& state = self->state;
  if (state.queue.keeps() || !ours.context.setup->gradients)
    answer_kept(self, ours);
  const task_queue::task* front = state.queue.current();
  if (on_course(state, front))
    return;
  const nanoseconds now = ours.context.loop.now();
  if (state.computing)
    give_up_part(state, ours);
  if (front == nullptr)
    return;
  if (!state.queue.keeps() && front->done == 0)
    state.sum = std::make_shared<coding::encoder>(state.code->frame());
  state.computing = true;
  state.busy_since = now;
  state.part = state.queue.next_part();
  state.due = std::max(state.due + state.pace.at(state.part), now);
  state.timer = ours.context.after(state.due - now, self, part_due{state.step});
}

/// What the delay model gives for the parts that no earlier task asked for.
void set_pace(worker_state& state, const bench& ours, index task,
              std::span<const coding::coded_part> parts) {
  const auto is_new = [&state](const coding::coded_part& part) {
    return !state.pace.contains(part.part);
  };
  const auto added = std::ranges::count_if(parts, is_new);
  if (added == 0)
    return;
  const auto load = static_cast<double>(added * state.when.steps);
  const auto span = ours.context.compute_time(ours.place.self, state.latest, load, task);
  for (const coding::coded_part& part : parts)
    state.pace.try_emplace(part.part, to_nanoseconds(span / static_cast<double>(added)));
}

void add_task(self_pointer self, bench& ours, const assignment& what) {
  worker_state& state = self->state;
  set_pace(state, ours, what.task, what.parts);
  if (!state.computing)
    state.due = ours.context.loop.now();
  if (what.instead && !state.queue.keeps())
    state.sum = nullptr;
  state.queue.add({what.task, what.parts}, what.instead);
  advance(self, ours);
}

/// Whose data a worker computes on, where every worker has one part: there its memory is kept.
node_id data_of(const worker_state& state, const bench& ours) {
  const index data = ours.context.setup->levels.data_of(ours.place.self.number, state.when.outer);
  return {role::worker, static_cast<std::int32_t>(data)};
}

void begin(self_pointer self, bench& ours, const round_start& what, work_plan_ptr plan) {
  worker_state& state = self->state;
  state.latest = what.round;
  state.latest_plan = what.plan;
  state.active = true;
  state.plan = std::move(plan);
  state.code = code_above(*state.plan, ours.place.parent.node);
  state.model = what.state;
  state.when = exchange_of(*ours.context.setup, ours.place.self, what.round);
  ours.context.heard_of(ours.place.self, what.round);
  state.pack = ours.context.packing_of(ours.place.self, data_of(state, ours),
                                       ours.sender(state.plan), what);
  state.started = ours.context.loop.now();
  state.due = state.started;
  const auto& row = state.plan->work[static_cast<std::size_t>(ours.place.self.number)];
  state.queue.begin(row, state.code->streams(), !state.code->holds());
  state.pace.clear();
  set_pace(state, ours, 0, row);
  advance(self, ours);
  for (const assignment& task : std::exchange(state.early, {}))
    if (attempt{task} == attempt{what})
      add_task(self, ours, task);
}

/// Keeps what came too soon: of the newest attempt alone, and no more than a round can ask for.
void keep_early(worker_state& state, const assignment& what) {
  constexpr std::size_t early_max = 64;
  if (!state.early.empty() && attempt{state.early.front()} < attempt{what})
    state.early.clear();
  if (state.early.size() < early_max)
    state.early.push_back(what);
}

void compute_part(self_pointer self, bench& ours) {
  worker_state& state = self->state;
  const task_queue::task& front = *state.queue.current();
  const bool last = front.done + 1 == std::ssize(front.parts);
  const coding::coded_part how = front.parts[static_cast<std::size_t>(front.done)];
  state.computing_since = ours.context.loop.now();
  ours.context.pool.compute(
      self, state.token,
      [&computer = ours.context.parts, model = state.model, when = state.when, step = state.step,
       how, last, sum = state.sum, keep = state.queue.keeps(), pack = state.pack](int lane) {
        const auto variate = pack.variate_at > 0 && pack.held
                                 ? std::span<const float>{pack.held->leftover}
                                 : std::span<const float>{};
        part_done done{step, computer.compute(model, when, how.part, lane, variate), std::nullopt};
        if (keep)
          return done;
        sum->add(how, std::exchange(done.part, {}));
        if (last)
          done.answer = pack.pack(sum->finish());
        return done;
      });
}

/// Whether it is to take longer; then it comes again.
bool lags(self_pointer self, bench& ours, const part_done& what) {
  const auto since = std::exchange(self->state.computing_since, std::nullopt);
  if (!since)
    return false;
  const nanoseconds rest = ours.context.lag(ours.place.self, ours.context.loop.now() - *since);
  if (rest > nanoseconds{0})
    self->state.timer = ours.context.after(rest, self, what);
  return rest > nanoseconds{0};
}

void finish_part(self_pointer self, bench& ours, coding::contribution part,
                 std::optional<packed_answer> answer) {
  worker_state& state = self->state;
  stop_clock(state, ours.context.loop.now());
  ++state.step;
  ++state.parts_told;
  const std::int32_t task = state.queue.current()->number;
  const auto done = state.queue.current()->done + 1;
  state.queue.finish(std::move(part));
  if (state.queue.keeps())
    ours.to_parent(
        part_finished{state.latest, state.plan->id, ours.sender(state.plan), task, done});
  if (answer) {
    state.queue.take_complete();
    send_answer(state, ours, task, *std::move(answer));
  }
  advance(self, ours);
}

}  // namespace

worker_handle::behavior_type worker(self_pointer self, role_context context, worker_place place) {
  const auto ours = std::make_shared<bench>(bench{context, std::move(place)});
  return {
      [self, ours](const round_start& what) {
        auto plan = ours->context.plan_of(what);
        if (attempt{what} <= self->state.newest() || plan == nullptr)
          return;
        abandon(self->state, *ours);
        begin(self, *ours, what, std::move(plan));
      },
      [self, ours](const cancel_round& what) {
        if (attempt{what} < self->state.newest())
          return;
        abandon(self->state, *ours);
        self->state.latest = what.round;
        self->state.latest_plan = what.plan;
      },
      [self, ours](const assignment& what) {
        worker_state& state = self->state;
        if (attempt{what} > state.newest())
          keep_early(state, what);
        else if (state.active && attempt{what} == state.newest())
          add_task(self, *ours, what);
      },
      [self, ours](const part_due& what) {
        if (!self->state.computing || what.step != self->state.step)
          return;
        if (ours->context.setup->gradients)
          compute_part(self, *ours);
        else
          finish_part(self, *ours, {}, std::nullopt);
      },
      [self, ours](const part_done& what) {
        if (self->state.computing && what.step == self->state.step && !lags(self, *ours, what))
          finish_part(self, *ours, what.part, what.answer);
      },
      [self, ours](const task_encoded& what) {
        if (self->state.active && what.round == self->state.latest &&
            what.plan == self->state.plan->id)
          send_answer(self->state, *ours, what.task, what.answer);
      },
  };
}

}  // namespace echelon::actors
