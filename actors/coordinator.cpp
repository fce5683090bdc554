#include "actors/coordinator.hpp"

#include <algorithm>
#include <utility>

#include "actors/regrouping.hpp"
#include "algorithms/coding/plain_sum.hpp"

namespace echelon::actors {
namespace {

using self_pointer = coordinator_pointer;
using phase = coordinator_desk::phase;

constexpr node_id the_coordinator{role::coordinator, 0};

const training_setup& setup_of(const coordinator_desk& desk) { return *desk.context.setup; }

std::vector<node_id> nodes_of(const coordinator_desk& desk, const std::vector<index>& senders) {
  return desk.below->sender_nodes(senders, desk.plan->relayed());
}

std::string why_lost(const coordinator_desk& desk) {
  return desk.round->why_lost([&desk](std::int32_t sender) {
    return desk.below->sender_node(sender, desk.plan->relayed());
  });
}

double into_round_s(const coordinator_desk& desk) {
  return desk.book.into_round_s(desk.context.loop.now());
}

round_account account_of(const coordinator_desk& desk, const coding::lie_findings& lies = {}) {
  const gathering& round = *desk.round;
  round_account account{round.notes(),   round.vectors(), round.refused(), round.facts(), {},
                        round.squeezes()};
  account.liars = nodes_of(desk, lies.liars);
  account.suspects = nodes_of(desk, lies.suspects);
  return account;
}

/// Parts that a round is about: where levels average, each worker's once an exchange.
index parts_of_round(const coordinator_desk& desk) {
  if (setup_of(desk).levels.exchanges.empty())
    return desk.plan->parts;
  index parts = 0;
  for (std::int32_t worker = 0; worker < std::ssize(desk.plan->work); ++worker)
    parts += std::ssize(desk.plan->work[slot(worker)]) *
             exchanges_in_round(setup_of(desk), {role::worker, worker});
  return parts;
}

round_record settle_book(coordinator_desk& desk) {
  return desk.book.settle(account_of(desk), parts_of_round(desk), desk.context.mail.state().totals,
                          desk.weights.rate(desk.round->round()));
}

void fail_round(coordinator_desk& desk, error reason, const coding::lie_findings& lies = {}) {
  desk.book.fail(desk.context.loop.now(), account_of(desk, lies), reason.detail);
  desk.hooks.observer->on_round(settle_book(desk));
  reason.detail = fmt::format("round {}: {}", desk.round->round(), reason.detail);
  finish(desk, run_status::failed, std::move(reason));
}

/// The samples of an exact round are known; an approximate one divides by those that arrived.
double samples_of(const coordinator_desk& desk, const coding::decoded_round& decoded) {
  const training_setup& setup = setup_of(desk);
  if (!decoded.how.exact || !setup.gradients || setup.levels.participation < 1)
    return decoded.samples > 0 ? decoded.samples : 1;
  double total = 0;
  for (index part = 0; part < std::ssize(setup.parts); ++part)
    total += setup.weight_of(part);
  return total;
}

void decode(self_pointer self, coordinator_desk& desk) {
  desk.now = phase::decoding;
  desk.below->cancel(desk.round->round(), desk.plan->id, desk.round.get(), desk.plan->relayed());
  desk.alarm.stop(desk.context);
  desk.round->seal();
  desk.context.pool.compute(self, {}, [&desk, round = desk.round](int) {
    const auto lies = round->find_lies();
    round_decoded done{round->round(), round->plan(), round->decode(lies), {}, lies};
    if (done.decoded)
      if (auto applied = desk.weights.apply(*done.decoded, samples_of(desk, *done.decoded),
                                            round->round());
          !applied)
        done.decoded = std::unexpected(std::move(applied).error());
    return done;
  });
}

void close_round(self_pointer self, coordinator_desk& desk, const round_decoded& what) {
  if (!what.decoded)
    return fail_round(desk, what.decoded.error(), what.lies);
  desk.context.settle_allotment(the_coordinator, *desk.round, *what.decoded);
  round_account account = account_of(desk, what.lies);
  account.compressed = desk.round->squeezed(*what.decoded);
  desk.book.close(desk.context.loop.now(), account, *what.decoded, samples_of(desk, *what.decoded),
                  nodes_of(desk, what.decoded->senders));
  evaluate(self, desk, desk.round->round());
}

void begin_round(self_pointer self, coordinator_desk& desk, index number);

/// The round cannot be had from those who are left: it is begun anew when others are there.
void begin_anew(self_pointer self, coordinator_desk& desk) {
  const index number = desk.round->round();
  desk.below->cancel(number, desk.plan->id, desk.round.get(), desk.plan->relayed());
  desk.alarm.stop(desk.context);
  desk.round->seal();
  desk.book.late(desk.round->notes());
  desk.now = phase::regrouping;
  if (plan_is_current(desk))
    desk.context.after(to_nanoseconds(desk.members_wait), self, members_awaited{number});
  else
    begin_round(self, desk, number);
}

/// After anything that happened to the round: what its code wants now, and what that makes of it.
void act_on(self_pointer self, coordinator_desk& desk, gathering::verdict verdict, errc blame) {
  desk.below->carry_out(*desk.round, desk.plan->relayed());
  if (verdict == gathering::verdict::hopeless && blame != errc::diverged && desk.members != nullptr)
    return begin_anew(self, desk);
  if (verdict == gathering::verdict::hopeless)
    return fail_round(
        desk, {blame, why_lost(desk) + (blame == errc::diverged ? "; a smaller optimizer.rate or "
                                                                  "optimizer.clip may help"
                                                                : "")});
  const seconds grace = setup_of(desk).grace;
  const bool ready = verdict == gathering::verdict::ready;
  if ((ready && grace == seconds{0}) || desk.round->complete_and_decodable())
    return decode(self, desk);
  if (ready)
    desk.context.after(to_nanoseconds(grace), self, grace_over{desk.round->round()});
  desk.alarm.follow(desk.context, self, desk.round->wake_s(), into_round_s(desk),
                    round_wake{desk.round->round()});
}

void lose_child(self_pointer self, coordinator_desk& desk, index child) {
  for (const std::int32_t sender : desk.below->senders_of(child, desk.plan->relayed()))
    if (desk.now == phase::collecting)
      act_on(self, desk, desk.round->lose(sender, "is dead", into_round_s(desk)),
             errc::too_many_stragglers);
}

coding::round_outlook outlook_of(coordinator_desk& desk, index round) {
  coding::round_outlook outlook{.round = round};
  const bool of_workers = desk.plan->relayed() || setup_of(desk).topology.is_star();
  if (!of_workers)
    return outlook;
  outlook.history = desk.histories.histories();
  outlook.foresee = [&setup = setup_of(desk), round](index worker, double parts) {
    using transmission::direction;
    const node_id self{role::worker, static_cast<std::int32_t>(worker)};
    seconds time = setup.delays->compute(self, round, parts);
    for (node_id node = self; node.kind != role::coordinator; node = setup.topology.parent(node))
      time += setup.delays->link(node, round, direction::down) +
              setup.delays->link(node, round, direction::up);
    return time.count();
  };
  return outlook;
}

void announce(self_pointer self, coordinator_desk& desk) {
  const index number = desk.round->round();
  round_start what{number, desk.plan->id, desk.weights.announced(), desk.context.model_bytes(),
                   desk.recipe};
  desk.context.allot(the_coordinator, what);
  for (index child = 0; child < desk.below->count(); ++child)
    if (desk.chosen_children[slot(child)] && !desk.below->dead(child))
      desk.below->send(child, what);
  act_on(self, desk, gathering::verdict::waiting, errc::too_many_stragglers);
  for (index child = 0; child < desk.below->count(); ++child)
    if (desk.chosen_children[slot(child)] && desk.below->dead(child))
      lose_child(self, desk, child);
}

/// With a plan for those who are there, as soon as there can be one.
void begin_round(self_pointer self, coordinator_desk& desk, index number) {
  if (!plan_is_current(desk))
    if (const auto fitted = regroup(desk); !fitted) {
      desk.now = phase::regrouping;
      desk.context.after(to_nanoseconds(desk.members_wait), self, members_awaited{number});
      return;
    }
  desk.now = phase::collecting;
  desk.alarm.stop(desk.context);
  coding::round_outlook outlook = outlook_of(desk, number);
  if (desk.plan->root_code->chooses_at(number))
    desk.chosen = desk.plan->root_code->choose(outlook);
  outlook.chosen = desk.chosen;
  desk.chosen_children = setup_of(desk).levels.participation < 1
                             ? taking_part(setup_of(desk), *desk.plan, the_coordinator, number)
                             : std::vector<bool>(slot(desk.below->count()), true);
  const bool all = std::ranges::all_of(desk.chosen_children, std::identity{});
  desk.round = std::make_shared<gathering>(
      gathering_start{.code = all ? desk.plan->root_code : coding::plain_sum(desk.chosen_children),
                      .dimension = desk.context.dimension(),
                      .kind = setup_of(desk).model->kind(),
                      .round = number,
                      .plan = desk.plan->id,
                      .outlook = std::move(outlook),
                      .verify = setup_of(desk).verify,
                      .rule = setup_of(desk).rule});
  if (const double wait_s = std::exchange(desk.move_s, 0); wait_s > 0)
    desk.context.after(to_nanoseconds(seconds{wait_s}), self, data_moved{number});
  else
    announce(self, desk);
}

void open_round(self_pointer self, coordinator_desk& desk) {
  const index number = desk.book.summary().rounds + 1;
  if (end_of_run(desk, number))
    return;
  desk.book.open(number, desk.context.loop.now(), desk.context.mail.state().totals);
  begin_round(self, desk, number);
}

/// One sample a worker: what it did in the round, in all its tasks together.
std::vector<coding::node_sample> worker_samples(const work_note& notes, index workers) {
  std::vector<coding::node_sample> samples(static_cast<std::size_t>(workers), {.link_s = -1});
  for (const worker_effort& effort : notes.workers) {
    if (effort.worker < 0 || effort.worker >= workers)
      continue;
    auto& sample = samples[static_cast<std::size_t>(effort.worker)];
    sample.node = effort.worker;
    sample.parts += static_cast<double>(effort.parts);
    sample.busy_s += effort.busy_s;
    if (effort.after_s >= 0)
      sample.link_s = effort.link_s;
  }
  std::erase_if(samples, [](const coding::node_sample& sample) { return sample.busy_s <= 0; });
  return samples;
}

/// What the round taught of its nodes.
void learn(coordinator_desk& desk) {
  auto workers = worker_samples(desk.round->notes(), setup_of(desk).topology.workers());
  // Who was cancelled in his first part was at least that slow; leaving him out would hide it.
  for (coding::node_sample& one : workers)
    if (const auto& known = desk.histories.histories()[static_cast<std::size_t>(one.node)];
        one.parts == 0 && known.rounds > 0 && one.busy_s > 2 * known.part_s)
      one.parts = 1;
  for (const coding::node_sample& one : workers)
    if (one.parts > 0)
      desk.histories.observe(one.node, one.parts, one.busy_s,
                             one.busy_s + std::max(one.link_s, 0.0));
  if (!desk.replanner)
    return;
  std::vector<coding::node_sample> edges;
  for (const edge_effort& effort : desk.round->notes().edges)
    edges.push_back({.node = effort.edge, .link_s = effort.link_s});
  desk.replanner->observe(workers, edges);
}

void go_on(self_pointer self, coordinator_desk& desk) {
  if (pass_boundary(desk, desk.round->round()))
    open_round(self, desk);
}

void settle(self_pointer self, coordinator_desk& desk) {
  desk.hooks.observer->on_round(settle_book(desk));
  learn(desk);
  const training_setup& setup = setup_of(desk);
  const index number = desk.round->round();
  const bool due = desk.replanner && number % setup.replan_every == 0 && number < setup.rounds;
  if (!due)
    return go_on(self, desk);
  desk.context.pool.compute(self, {}, [&desk, number, left = setup.rounds - number](int) {
    plan_considered done{number, nullptr};
    if (auto better = desk.replanner->consider(left))
      done.better = std::make_shared<const coding::new_plan>(*std::move(better));
    return done;
  });
}

/// What the replanner thinks, between two rounds.
void adopt(self_pointer self, coordinator_desk& desk, const plan_considered& what) {
  if (what.better)
    put_in_force(desk, *what.better);
  go_on(self, desk);
}

void add_answer(self_pointer self, coordinator_desk& desk, coded_gradient what) {
  if (desk.now != phase::collecting)
    return desk.round->count_late(what);
  const auto verdict = desk.round->add(std::move(what), into_round_s(desk));
  if (verdict != gathering::verdict::stale)
    act_on(self, desk, verdict, errc::diverged);
}

/// Whether the message is about the round that is being collected.
template <class Message>
bool timely(const coordinator_desk& desk, const Message& what) {
  return desk.now == phase::collecting && what.round == desk.round->round();
}

}  // namespace

coordinator_handle::behavior_type coordinator(self_pointer self,
                                              std::shared_ptr<coordinator_desk> desk) {
  self->state.desk = desk;
  coordinator_desk* const ours = desk.get();
  self->set_down_handler([self, ours](caf::down_msg& what) {
    if (const auto child = ours->below->bury(what.source))
      lose_child(self, *ours, *child);
  });
  return {
      [self, ours](const coded_gradient& what) {
        ours->below->heard(what.sender, ours->plan->relayed(), what);
        if (ours->round)
          add_answer(self, *ours, what);
      },
      [ours](const work_report& what) {
        if (!what.note.workers.empty())
          ours->below->heard(what.note.workers.front().worker, true, what);
        if (ours->round && what.round == ours->round->round())
          ours->round->note(what.note);
        else
          ours->book.late(what.note);
      },
      [self, ours](const child_failed& what) {
        ours->below->heard(what.sender, ours->plan->relayed(), what);
        if (timely(*ours, what) && what.plan == ours->round->plan())
          act_on(self, *ours, ours->round->lose(what.sender, what.reason, into_round_s(*ours)),
                 errc::too_many_stragglers);
      },
      [self, ours](const part_finished& what) {
        ours->below->heard(what.sender, ours->plan->relayed(), what);
        if (timely(*ours, what))
          act_on(self, *ours, ours->round->progress(what, into_round_s(*ours)),
                 errc::too_many_stragglers);
      },
      [self, ours](const begin_run&) {
        prepare(self, *ours);
        open_round(self, *ours);
      },
      [ours](const interrupt_run&) {
        ours->stop_wanted = true;
        if (ours->now == phase::collecting || ours->now == phase::regrouping)
          interrupt(*ours);
      },
      [self, ours](const round_decoded& what) {
        if (ours->now == phase::decoding)
          close_round(self, *ours, what);
      },
      [self, ours](const slice_evaluated& what) {
        if (what.round == ours->round->round())
          add_slice(self, *ours, what);
      },
      [self, ours](const model_probed& what) {
        if (what.round == ours->round->round())
          add_probe(self, *ours, what);
      },
      [self, ours](const round_settled&) {
        if (ours->now != phase::over)
          settle(self, *ours);
      },
      [self, ours](const grace_over& what) {
        if (timely(*ours, what))
          decode(self, *ours);
      },
      [self, ours](const round_wake& what) {
        if (!timely(*ours, what))
          return;
        ours->alarm.rang();
        act_on(self, *ours, ours->round->wake(into_round_s(*ours)), errc::too_many_stragglers);
      },
      [self, ours](const plan_considered& what) {
        if (ours->now == phase::evaluating && what.round == ours->round->round())
          adopt(self, *ours, what);
      },
      [self, ours](const data_moved& what) {
        if (timely(*ours, what))
          announce(self, *ours);
      },
      [self, ours](const child_seated& what) { ours->below->watch(self, what.child); },
      [self, ours](const members_changed&) {
        if (ours->now == phase::regrouping)
          begin_round(self, *ours, ours->book.summary().rounds + 1);
      },
      [ours](const members_awaited& what) {
        if (ours->now == phase::regrouping && what.round == ours->book.summary().rounds + 1)
          finish(*ours, run_status::failed,
                 error{errc::too_many_stragglers,
                       fmt::format("round {}: only {} of {} nodes are there, and nobody came for "
                                   "{} s",
                                   what.round, ours->members->nodes_present(),
                                   ours->members->nodes(), ours->members_wait.count())});
      },
      [ours](const time_is_up&) {
        if (ours->now == phase::collecting || ours->now == phase::regrouping)
          finish(*ours, run_status::done);
      },
  };
}

}  // namespace echelon::actors
