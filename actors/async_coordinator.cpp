#include "actors/async_coordinator.hpp"

#include <cmath>
#include <deque>
#include <utility>

#include "actors/update_ledger.hpp"

namespace echelon::actors {
namespace {

using phase = coordinator_desk::phase;

/// A usable answer that waits to be applied, and its age when it came.
struct waiting_answer {
  std::int32_t sender;
  index staleness;
  coding::contribution answer;
};

/// What the handlers share beside the desk: the state of the current stretch of training.
struct stretch {
  stretch(coordinator_desk& shared, coding::update_rule rule)
      : desk(shared), ledger(shared.context.setup->topology.workers(), rule) {}

  coordinator_desk& desk;
  update_ledger ledger;
  std::deque<waiting_answer> queue;
  bool applying = false;

  index number = 0;  ///< of the record's round
  work_note notes;
  index vectors = 0;
  index stale = 0;
  index staleness_sum = 0;
  index staleness_max = 0;
  std::vector<index> answers;  ///< per worker
  index applied = 0;
  double loss = 0;
  double samples = 0;
};

void start_workers(stretch& ours) {
  coordinator_desk& desk = ours.desk;
  for (const index worker : ours.ledger.begin_those_who_may())
    desk.below->send(worker, round_start{ours.ledger.version(), desk.plan->id, desk.weights.state(),
                                         desk.context.model_bytes()});
}

void open_stretch(stretch& ours) {
  coordinator_desk& desk = ours.desk;
  ours.number = desk.book.summary().rounds + 1;
  if (end_of_run(desk, ours.number))
    return;
  desk.now = phase::collecting;
  ours.notes = {};
  ours.vectors = ours.stale = ours.staleness_sum = ours.staleness_max = ours.applied = 0;
  ours.answers.assign(static_cast<std::size_t>(desk.below->count()), 0);
  ours.loss = ours.samples = 0;
  desk.book.open(ours.number, desk.context.loop.now(), desk.context.mail.state().totals);
  start_workers(ours);
}

round_account account_of(const stretch& ours) {
  const auto applied = static_cast<double>(std::max<index>(ours.applied, 1));
  return {ours.notes,
          ours.vectors,
          ours.stale,
          {{"staleness_mean", static_cast<double>(ours.staleness_sum) / applied},
           {"staleness_max", static_cast<double>(ours.staleness_max)}}};
}

round_record settled(stretch& ours) {
  coordinator_desk& desk = ours.desk;
  return desk.book.settle(account_of(ours), desk.plan->parts, desk.context.mail.state().totals,
                          desk.weights.rate(ours.number));
}

void fail_run(stretch& ours, error reason) {
  coordinator_desk& desk = ours.desk;
  desk.book.fail(desk.context.loop.now(), account_of(ours), reason.detail);
  desk.hooks.observer->on_round(settled(ours));
  finish(desk, run_status::failed, std::move(reason));
}

/// ||c - 1|| / sqrt(K), where part k entered c_k times.
double unevenness(const stretch& ours) {
  double squares = 0;
  for (std::size_t worker = 0; worker < ours.answers.size(); ++worker) {
    const auto excess = static_cast<double>(ours.answers[worker] - 1);
    squares += excess * excess * static_cast<double>(ours.desk.plan->work[worker].size());
  }
  return std::sqrt(squares / static_cast<double>(ours.desk.plan->parts));
}

void close_stretch(coordinator_pointer self, stretch& ours) {
  coordinator_desk& desk = ours.desk;
  coding::decoded_round summed;
  summed.loss = ours.loss;
  summed.how.exact = false;
  summed.how.residual = unevenness(ours);
  std::vector<node_id> senders;
  for (index worker = 0; worker < desk.below->count(); ++worker)
    if (ours.answers[static_cast<std::size_t>(worker)] > 0)
      senders.push_back(desk.below->node(worker));
  desk.book.close(desk.context.loop.now(), account_of(ours), summed, std::max(ours.samples, 1.0),
                  std::move(senders));
  evaluate(self, desk, ours.number);
}

/// Applies the oldest answer that waits; one at a time, and none while the model is tested.
void apply_next(coordinator_pointer self, stretch& ours) {
  coordinator_desk& desk = ours.desk;
  if (ours.applying || ours.queue.empty() || desk.now != phase::collecting)
    return;
  ours.applying = true;
  waiting_answer next = std::move(ours.queue.front());
  ours.queue.pop_front();
  ++ours.applied;
  ++ours.answers[static_cast<std::size_t>(next.sender)];
  ours.staleness_sum += next.staleness;
  ours.staleness_max = std::max(ours.staleness_max, next.staleness);
  ours.loss += next.answer.loss;
  ours.samples += next.answer.samples;
  const double divisor = std::max(next.answer.samples, 1.0) / ours.ledger.weight(next.staleness);
  desk.context.pool.compute(self, {},
                            [&desk, answer = std::move(next.answer), divisor, number = ours.number,
                             version = ours.ledger.version()](int) {
                              coding::decoded_round one;
                              one.values = answer.values;
                              round_decoded done{version, 0, std::move(one)};
                              if (auto moved = desk.weights.apply(*done.decoded, divisor, number);
                                  !moved)
                                done.decoded = std::unexpected(std::move(moved).error());
                              return done;
                            });
}

void lose_worker(stretch& ours, index worker, const std::string& why) {
  ours.ledger.lost(worker);
  if (ours.ledger.nobody_left())
    return fail_run(ours, {errc::too_many_stragglers,
                           fmt::format("{} {}; nobody is left",
                                       to_string(ours.desk.below->node(worker)), why)});
  if (ours.desk.now == phase::collecting)
    start_workers(ours);
}

void add_answer(coordinator_pointer self, stretch& ours, const coded_gradient& what) {
  coordinator_desk& desk = ours.desk;
  ++ours.vectors;
  const auto staleness = what.plan == desk.plan->id && what.task == 0
                             ? ours.ledger.answered(what.sender, what.round)
                             : std::nullopt;
  if (!staleness) {
    ++ours.stale;
    return;
  }
  work_note note = what.note;
  if (!note.workers.empty())
    note.workers.back().after_s = std::max(0.0, desk.book.into_round_s(desk.context.loop.now()));
  ours.notes += note;
  if (!coding::usable(what.answer, desk.context.dimension(), desk.context.setup->model->kind()))
    return lose_worker(ours, what.sender, "sent values that are not finite or of another length");
  ours.queue.push_back({what.sender, *staleness, what.answer});
  apply_next(self, ours);
}

void after_update(coordinator_pointer self, stretch& ours, const round_decoded& what) {
  ours.applying = false;
  if (ours.desk.now != phase::collecting)
    return;
  if (!what.decoded)
    return fail_run(ours, what.decoded.error());
  ours.ledger.applied();
  if (ours.applied == ours.desk.below->count())
    return close_stretch(self, ours);
  start_workers(ours);
  apply_next(self, ours);
}

void settle(coordinator_pointer self, stretch& ours) {
  coordinator_desk& desk = ours.desk;
  desk.hooks.observer->on_round(settled(ours));
  if (!pass_boundary(desk, ours.number))
    return;
  open_stretch(ours);
  apply_next(self, ours);
}

}  // namespace

coordinator_handle::behavior_type async_coordinator(coordinator_pointer self,
                                                    std::shared_ptr<coordinator_desk> desk) {
  self->state.desk = desk;
  const auto ours = std::make_shared<stretch>(*desk, desk->plan->root_code->updates().value());
  self->set_down_handler([ours](caf::down_msg& what) {
    if (const auto child = ours->desk.below->bury(what.source);
        child && ours->desk.now != phase::over)
      lose_worker(*ours, *child, "is dead");
  });
  return {
      [self, ours](const coded_gradient& what) {
        if (ours->desk.now != phase::over)
          add_answer(self, *ours, what);
      },
      [ours](const work_report& what) { ours->notes += what.note; },
      [](const child_failed&) {},
      [](const part_finished&) {},
      [self, ours](const begin_run&) {
        prepare(self, ours->desk);
        for (std::size_t worker = 0; worker < ours->desk.plan->work.size(); ++worker)
          if (ours->desk.plan->work[worker].empty())
            ours->ledger.lost(static_cast<index>(worker));
        open_stretch(*ours);
      },
      // Between boundaries the optimiser's memory is ahead of the last checkpoint's weights.
      [ours](const interrupt_run&) { ours->desk.stop_wanted = true; },
      [self, ours](const round_decoded& what) { after_update(self, *ours, what); },
      [self, ours](const slice_evaluated& what) { add_slice(self, ours->desk, what); },
      [](const model_probed&) {},
      [self, ours](const round_settled&) {
        if (ours->desk.now != phase::over)
          settle(self, *ours);
      },
      [](const grace_over&) {},
      [](const round_wake&) {},
      [](const plan_considered&) {},
      [](const data_moved&) {},
      [self, ours](const child_seated& what) {
        ours->desk.below->watch(self, what.child);
        ours->ledger.returned(what.child);
        if (ours->desk.now == phase::collecting)
          start_workers(*ours);
      },
      [](const members_changed&) {},
      [](const members_awaited&) {},
      [ours](const time_is_up&) {
        if (ours->desk.now == phase::collecting)
          finish(ours->desk, run_status::done);
      },
  };
}

}  // namespace echelon::actors
