#include "actors/coordinator_desk.hpp"

#include <algorithm>
#include <utility>

#include "actors/plan_recipe.hpp"
#include "actors/regrouping.hpp"

namespace echelon::actors {
namespace {

using phase = coordinator_desk::phase;

/// Rows of the test set that one compute task evaluates.
constexpr index slice_rows = 1000;

void mark_boundary(coordinator_desk& desk) {
  checkpoint& mark = desk.boundary;
  mark.so_far = desk.book.summary();
  mark.clock = desk.context.loop.now();
  mark.state = desk.weights.state();
  mark.links = desk.context.mail.snapshot();
  mark.move_s = desk.move_s;
  mark.chosen = desk.chosen;
  desk.boundary_senders = desk.context.senders.book();
}

bool save_boundary(coordinator_desk& desk) {
  // These change at boundaries only, so that those of the last one are still there.
  desk.boundary.memory = desk.weights.memory();
  desk.boundary.accumulated = desk.weights.accumulated();
  if (!desk.boundary_senders.empty())
    desk.boundary.senders = to_bytes(desk.boundary_senders, *desk.context.setup);
  desk.boundary.histories = desk.histories.records();
  if (desk.replanner)
    desk.boundary.replanner = desk.replanner->memory();
  const auto saved = desk.hooks.save(desk.boundary);
  if (!saved) {
    const bool taken_over = saved.error().code == errc::interrupted;
    finish(desk, taken_over ? run_status::interrupted : run_status::failed, saved.error());
  }
  return saved.has_value();
}

void settle_later(coordinator_pointer self, coordinator_desk& desk, index round) {
  desk.context.after(nanoseconds{0}, self, round_settled{round});
}

bool all_slices_in(const coordinator_desk& desk) {
  return std::ranges::all_of(desk.slices, [](const auto& slice) { return slice.has_value(); });
}

/// The first model's probe depends on the seeds alone, so that a resumed run finds the same.
void probe(coordinator_pointer self, coordinator_desk& desk, index round) {
  desk.context.pool.compute(
      self, {}, [&desk, state = desk.weights.state(), start = desk.start, round](int lane) {
        const training_setup& setup = *desk.context.setup;
        const auto look = [&](const block& model, index after) {
          return std::make_shared<const model_probe>(desk.context.parts.probe(model, after, lane));
        };
        return model_probed{round,
                            start ? start : look(setup.model->initial_state(setup.init_seed), 0),
                            look(state, round)};
      });
}

}  // namespace

coordinator_desk::coordinator_desk(role_context shared, coordinator_hooks tell)
    : context(std::move(shared)), hooks(std::move(tell)), plan(context.setup, &context.setup->plan),
      wanted(context.setup->choice), weights(context.setup), book(context.setup),
      histories(context.setup->topology.workers()) {
  if (context.setup->make_replanner)
    replanner = context.setup->make_replanner();
}

result<void> restore(coordinator_desk& desk, const checkpoint& from) {
  desk.book.restore(from.so_far);
  if (desk.context.setup->gradients)
    desk.weights.restore(from.state, from.memory, from.accumulated);
  if (!from.senders.empty()) {
    ECHELON_TRY(sender_book known, book_from_bytes(from.senders, *desk.context.setup));
    desk.context.senders.restore(std::move(known));
  }
  desk.histories = coding::history_keeper{from.histories};
  if (desk.replanner) {
    ECHELON_TRY(auto in_force, desk.replanner->restore(from.replanner));
    if (in_force)
      put_in_force(desk, *std::move(in_force));
  }
  desk.move_s = from.move_s;
  desk.chosen = from.chosen;
  return {};
}

void finish(coordinator_desk& desk, run_status status, std::optional<error> reason) {
  if (std::exchange(desk.now, phase::over) == phase::over)
    return;
  desk.hooks.finished({status, std::move(reason)});
}

void interrupt(coordinator_desk& desk) {
  if (save_boundary(desk))
    finish(desk, run_status::interrupted, error{errc::interrupted, "stopped on request"});
}

bool end_of_run(coordinator_desk& desk, index next_round) {
  const training_setup& setup = *desk.context.setup;
  const bool late = setup.time_limit && desk.book.elapsed_s() >= setup.time_limit->count();
  if (desk.stop_wanted)
    interrupt(desk);
  else if (next_round > setup.rounds || late)
    finish(desk, run_status::done);
  return desk.now == phase::over;
}

void evaluate(coordinator_pointer self, coordinator_desk& desk, index round) {
  const training_setup& setup = *desk.context.setup;
  desk.now = phase::evaluating;
  const auto due = [&](index every) {
    return every > 0 && (round == setup.rounds || round % every == 0);
  };
  const bool tests = setup.gradients && due(setup.evaluate_every);
  desk.probing = setup.gradients && due(setup.probe_every);
  if (desk.probing)
    probe(self, desk, round);
  else if (!tests)
    settle_later(self, desk, round);
  const index rows = tests ? setup.data.test->count : 0;
  desk.slices.assign(static_cast<std::size_t>((rows + slice_rows - 1) / slice_rows), {});
  for (std::size_t slice = 0; slice < desk.slices.size(); ++slice)
    desk.context.pool.compute(
        self, {}, [&desk, state = desk.weights.state(), round, slice, rows](int lane) {
          const index first = static_cast<index>(slice) * slice_rows;
          return slice_evaluated{
              round, static_cast<std::int32_t>(slice),
              desk.context.parts.evaluate(state, first, std::min(first + slice_rows, rows), lane)};
        });
}

void add_slice(coordinator_pointer self, coordinator_desk& desk, const slice_evaluated& what) {
  if (desk.now != phase::evaluating)
    return;
  desk.slices[static_cast<std::size_t>(what.slice)] = what.sums;
  if (!all_slices_in(desk))
    return;
  learning::batch_sums all;
  for (const auto& slice : desk.slices)
    all += *slice;
  desk.book.evaluated(all);
  if (!desk.probing)
    settle_later(self, desk, what.round);
}

void add_probe(coordinator_pointer self, coordinator_desk& desk, const model_probed& what) {
  if (desk.now != phase::evaluating)
    return;
  desk.probing = false;
  desk.start = what.start;
  desk.book.noted(desk.context.findings_of(*what.start, *what.now, what.round));
  if (all_slices_in(desk))
    settle_later(self, desk, what.round);
}

bool pass_boundary(coordinator_desk& desk, index round) {
  mark_boundary(desk);
  const training_setup& setup = *desk.context.setup;
  const index every = setup.checkpoint_every;
  const bool due = every > 0 && round % every == 0 && round < setup.rounds;
  const bool wanted = desk.hooks.keeps_all && desk.hooks.keeps_all();
  return !(due || wanted) || save_boundary(desk);
}

void prepare(coordinator_pointer self, coordinator_desk& desk) {
  if (const auto limit = desk.context.setup->time_limit)
    desk.context.after(to_nanoseconds(*limit - seconds{desk.book.elapsed_s()}), self, time_is_up{});
  desk.below->watch(self);
  // Where all are there the plan the run begins with is the right one.
  if (desk.members != nullptr && desk.members->absent_workers().empty()) {
    desk.planned_for = desk.members->version();
    desk.recipe = recipe_of(desk.epoch, desk.wanted);
  }
  mark_boundary(desk);
}

}  // namespace echelon::actors
