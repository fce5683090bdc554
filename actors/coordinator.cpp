#include "actors/coordinator.hpp"

#include <algorithm>
#include <utility>

namespace echelon::actors {
namespace {

using self_pointer = coordinator_handle::stateful_pointer<coordinator_state>;
using phase = coordinator_desk::phase;

constexpr node_id root{role::coordinator, 0};
/// Rows of the test set that one compute task evaluates.
constexpr index slice_rows = 1000;

const training_setup& setup_of(const coordinator_desk& desk) { return *desk.context.setup; }

/// Whose answer a sender of the root code stands for: a worker where edges relay, else a child.
node_id sender_node(const coordinator_desk& desk, index sender) {
  if (setup_of(desk).plan.relayed())
    return {role::worker, static_cast<std::int32_t>(sender)};
  return desk.children[static_cast<std::size_t>(sender)].node;
}

std::string why_lost(const coordinator_desk& desk) {
  return desk.round->why_lost([&desk](std::int32_t sender) { return sender_node(desk, sender); });
}

void finish(coordinator_desk& desk, run_status status, std::optional<error> reason = {}) {
  if (std::exchange(desk.now, phase::over) == phase::over)
    return;
  desk.hooks.finished({status, std::move(reason)});
}

/// Notes where the run stands; called between rounds only, when nothing of the last one can still
/// change it.
void mark_boundary(coordinator_desk& desk) {
  checkpoint& mark = desk.boundary;
  mark.so_far = desk.book.summary();
  mark.clock = desk.context.loop.now();
  mark.state = desk.weights.state();
  mark.links = desk.context.mail.state();
}

bool save_boundary(coordinator_desk& desk) {
  desk.boundary.memory = desk.weights.memory();
  const auto saved = desk.hooks.save(desk.boundary);
  if (!saved)
    finish(desk, run_status::failed, saved.error());
  return saved.has_value();
}

void interrupt(coordinator_desk& desk) {
  if (save_boundary(desk))
    finish(desk, run_status::interrupted, error{errc::interrupted, "stopped on request"});
}

void open_round(coordinator_desk& desk) {
  const training_setup& setup = setup_of(desk);
  const index number = desk.book.summary().rounds + 1;
  if (desk.stop_wanted)
    return interrupt(desk);
  if (number > setup.rounds ||
      (setup.time_limit && desk.book.elapsed_s() >= setup.time_limit->count()))
    return finish(desk, run_status::done);
  desk.now = phase::collecting;
  desk.round = std::make_shared<gathering>(setup.plan.root_code, desk.context.dimension(),
                                           setup.model->kind(), number, setup.plan.id);
  desk.book.open(number, desk.context.loop.now(), desk.context.mail.state().totals);
  for (const auto& [node, handle] : desk.children)
    desk.context.mail.down(
        root, node, handle,
        round_start{number, setup.plan.id, desk.weights.state(), desk.context.payload_bytes()});
}

round_record settle_book(coordinator_desk& desk) {
  return desk.book.settle(desk.round->notes(), desk.round->stale(),
                          desk.context.mail.state().totals, desk.weights.rate(desk.round->round()));
}

void fail_round(coordinator_desk& desk, error reason) {
  desk.book.fail(desk.context.loop.now(), reason.detail);
  desk.hooks.observer->on_round(settle_book(desk));
  reason.detail = fmt::format("round {}: {}", desk.round->round(), reason.detail);
  finish(desk, run_status::failed, std::move(reason));
}

/// The samples of an exact round are known; an approximate one divides by those that arrived.
double samples_of(const coordinator_desk& desk, const coding::decoded_round& decoded) {
  const training_setup& setup = setup_of(desk);
  if (!decoded.how.exact || !setup.gradients)
    return std::max(decoded.samples, 1.0);
  index total = 0;
  for (const auto& rows : setup.parts) {
    const index held = std::ssize(rows);
    const bool whole = setup.batch == 0 || setup.local_steps > 1;
    total += whole ? held : std::min(held, setup.batch);
  }
  return static_cast<double>(total);
}

void decode(self_pointer self, coordinator_desk& desk) {
  desk.now = phase::decoding;
  const bool relayed = setup_of(desk).plan.relayed();
  for (std::size_t child = 0; child < desk.children.size(); ++child)
    if (relayed || !desk.round->has(static_cast<std::int32_t>(child)))
      desk.context.mail.down(root, desk.children[child].node, desk.children[child].handle,
                             cancel_round{desk.round->round()});
  desk.round->seal();
  desk.context.pool.compute(self, {}, [&desk, round = desk.round](int) {
    round_decoded done{round->round(), round->decode()};
    if (done.decoded)
      if (auto applied = desk.weights.apply(*done.decoded, samples_of(desk, *done.decoded),
                                            round->round());
          !applied)
        done.decoded = std::unexpected(std::move(applied).error());
    return done;
  });
}

void settle_later(self_pointer self, coordinator_desk& desk) {
  desk.context.after(nanoseconds{0}, self, round_settled{desk.round->round()});
}

void evaluate(self_pointer self, coordinator_desk& desk) {
  const training_setup& setup = setup_of(desk);
  const index number = desk.round->round();
  const bool due = number == setup.rounds || number % setup.evaluate_every == 0;
  if (!setup.gradients || !due) {
    settle_later(self, desk);
    return;
  }
  desk.now = phase::evaluating;
  const index rows = setup.data.test->count;
  desk.slices.assign(static_cast<std::size_t>((rows + slice_rows - 1) / slice_rows), {});
  for (std::size_t slice = 0; slice < desk.slices.size(); ++slice)
    desk.context.pool.compute(
        self, {}, [&desk, state = desk.weights.state(), number, slice, rows](int lane) {
          const index first = static_cast<index>(slice) * slice_rows;
          return slice_evaluated{
              number, static_cast<std::int32_t>(slice),
              desk.context.parts.evaluate(state, first, std::min(first + slice_rows, rows), lane)};
        });
}

void close_round(self_pointer self, coordinator_desk& desk, const round_decoded& what) {
  if (!what.decoded)
    return fail_round(desk, what.decoded.error());
  std::vector<node_id> senders;
  for (const index sender : what.decoded->senders)
    senders.push_back(sender_node(desk, sender));
  desk.book.close(desk.context.loop.now(), *what.decoded, samples_of(desk, *what.decoded),
                  std::move(senders));
  evaluate(self, desk);
}

void add_slice(self_pointer self, coordinator_desk& desk, const slice_evaluated& what) {
  desk.slices[static_cast<std::size_t>(what.slice)] = what.sums;
  if (!std::ranges::all_of(desk.slices, [](const auto& slice) { return slice.has_value(); }))
    return;
  learning::batch_sums all;
  for (const auto& slice : desk.slices)
    all += *slice;
  desk.book.evaluated(all);
  settle_later(self, desk);
}

void settle(coordinator_desk& desk) {
  const index number = desk.round->round();
  desk.hooks.observer->on_round(settle_book(desk));
  const index every = setup_of(desk).checkpoint_every;
  mark_boundary(desk);
  if (every > 0 && number % every == 0 && number < setup_of(desk).rounds && !save_boundary(desk))
    return;
  open_round(desk);
}

void add_answer(self_pointer self, coordinator_desk& desk, coded_gradient what) {
  const node_id from = what.sender >= 0 &&
                               what.sender < setup_of(desk).plan.root_code->shape().senders
                           ? sender_node(desk, what.sender)
                           : root;
  const worker_answer own{from.number, desk.book.into_round_s(desk.context.loop.now())};
  if (desk.now != phase::collecting)
    return desk.round->count_late(what);
  const auto below = what.note.answers;
  const auto verdict = desk.round->add(std::move(what));
  if (verdict == gathering::verdict::stale)
    return;
  if (verdict == gathering::verdict::hopeless)
    return fail_round(
        desk,
        {errc::diverged, why_lost(desk) + "; a smaller optimizer.rate or optimizer.clip may help"});
  for (const worker_answer& answer : below)
    desk.book.answered(answer);
  if (from.kind == role::worker)
    desk.book.answered(own);
  const seconds grace = setup_of(desk).grace;
  const bool ready = verdict == gathering::verdict::ready;
  if (desk.round->complete() || (ready && grace == seconds{0}))
    decode(self, desk);
  else if (ready)
    desk.context.after(to_nanoseconds(grace), self, grace_over{desk.round->round()});
}

}  // namespace

coordinator_desk::coordinator_desk(role_context shared, coordinator_hooks tell)
    : context(std::move(shared)), hooks(std::move(tell)), weights(context.setup),
      book(context.setup) {}

coordinator_handle::behavior_type coordinator(self_pointer self,
                                              std::shared_ptr<coordinator_desk> desk) {
  self->state.desk = desk;
  coordinator_desk* const ours = desk.get();
  return {
      [self, ours](const coded_gradient& what) {
        if (ours->round)
          add_answer(self, *ours, what);
      },
      [ours](const work_report& what) {
        if (ours->round && what.round == ours->round->round())
          ours->round->note(what.note);
        else
          ours->book.late(what.note);
      },
      [ours](const child_failed& what) {
        if (ours->now == phase::collecting && what.round == ours->round->round() &&
            ours->round->lose(what.sender, what.reason) == gathering::verdict::hopeless)
          fail_round(*ours, {errc::too_many_stragglers, why_lost(*ours)});
      },
      [self, ours](const begin_run&) {
        if (const auto limit = setup_of(*ours).time_limit)
          ours->context.after(to_nanoseconds(*limit - seconds{ours->book.elapsed_s()}), self,
                              time_is_up{});
        mark_boundary(*ours);
        open_round(*ours);
      },
      [ours](const interrupt_run&) {
        ours->stop_wanted = true;
        if (ours->now == phase::collecting)
          interrupt(*ours);
      },
      [self, ours](const round_decoded& what) {
        if (ours->now == phase::decoding)
          close_round(self, *ours, what);
      },
      [self, ours](const slice_evaluated& what) {
        if (ours->now == phase::evaluating && what.round == ours->round->round())
          add_slice(self, *ours, what);
      },
      [ours](const round_settled&) {
        if (ours->now != phase::over)
          settle(*ours);
      },
      [self, ours](const grace_over& what) {
        if (ours->now == phase::collecting && what.round == ours->round->round())
          decode(self, *ours);
      },
      [ours](const time_is_up&) {
        if (ours->now == phase::collecting)
          finish(*ours, run_status::done);
      },
  };
}

}  // namespace echelon::actors
