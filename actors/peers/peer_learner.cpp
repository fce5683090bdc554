#include "actors/peers/peer_learner.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "actors/group_model.hpp"
#include "algorithms/base/hash.hpp"
#include "algorithms/learning/clipping.hpp"
#include "algorithms/merging/mixing/disagreement.hpp"
#include "algorithms/merging/rules/alignment.hpp"

namespace echelon::actors {
namespace {

using learning::workspace;

block start_of(const training_setup& setup, index peer) {
  const std::uint64_t seed = setup.peers->different_starts
                                 ? hash_combine(setup.init_seed,
                                                static_cast<std::uint64_t>(peer) + 1)
                                 : setup.init_seed;
  return setup.model->initial_state(seed);
}

bool is_finite(const block& values) {
  return with_scalar(values.kind(), [&]<class Scalar>(Scalar) {
    return std::ranges::all_of(values.as<Scalar>(), [](Scalar x) { return std::isfinite(x); });
  });
}

merging::vector_view first_vector(const merging::arrival& from) { return from.content.vectors[0]; }

}  // namespace

peer_learner::peer_learner(training_setup_ptr setup, index peer)
    : setup_(std::move(setup)), plan_(*setup_->peers), peer_(peer),
      batches_(setup_->parts[slot(peer)], setup_->batch, setup_->data_seed, peer), asked_(batches_),
      state_(start_of(*setup_, peer)) {
  if (plan_.mixes)
    mixed_ = merging::fresh_peer(*plan_.mixes, state_, setup_->model->parameter_count());
}

double peer_learner::rate(index round) const {
  return setup_->rate * setup_->schedule->factor(round - 1, setup_->rounds);
}

peer_learner::point_gradient peer_learner::gradient(const block& point, index step,
                                                    std::span<const index> rows,
                                                    workspace& scratch) const {
  const learning::model& model = *setup_->model;
  block_builder sums{point.size(), point.kind()};
  const learning::batch samples{setup_->data.train.get(), rows};
  const auto outcome = model.gradient(point, samples,
                                      {setup_->data_seed, "dropout",
                                       static_cast<std::uint64_t>(step),
                                       static_cast<std::uint64_t>(peer_)},
                                      sums, scratch);
  const double share = 1 / static_cast<double>(outcome.samples);
  merging::assign_sum(sums, {0, sums.size()}, {{share, sums}});
  if (setup_->clip > 0) {
    block_builder trained{model.parameter_count(), sums.kind(), contents::unset};
    merging::assign_sum(trained, {0, trained.size()}, {{1, sums}});
    learning::clip(trained, setup_->clip);
    merging::assign_sum(sums, {0, trained.size()}, {{1, trained}});
  }
  return {std::move(sums), outcome.loss * share};
}

/// One step of the own optimiser.
void peer_learner::descend(const block& point, double rate, learning::optimiser_state& memory,
                           workspace& scratch) {
  const learning::model& model = *setup_->model;
  const index parameters = model.parameter_count();
  const point_gradient fresh = gradient(point, steps_, batches_.rows(steps_), scratch);
  block_builder next = copy_of(point);
  const double momentum = model.buffer_momentum();
  merging::assign_sum(next, {parameters, next.size()},
                      {{1 - momentum, next}, {momentum, fresh.mean}});
  block_builder trained{parameters, next.kind(), contents::unset};
  merging::assign_sum(trained, {0, parameters}, {{1, fresh.mean}});
  setup_->optimiser->step(next, trained, rate, memory);
  state_ = block::freeze(std::move(next));
  count(fresh.loss);
}

void peer_learner::count(double loss) {
  ++steps_;
  ++loss_steps_;
  notes_.train_loss += loss;
}

result<void> peer_learner::check_finite(double loss, index round) const {
  if (std::isfinite(loss) && is_finite(model()))
    return {};
  return fail(errc::diverged,
              "{} diverged in round {}: its weights are no longer finite; a smaller optimizer.rate "
              "may help",
              merging::peer_name(peer_), round);
}

result<void> peer_learner::pretrain(workspace& scratch) {
  if (plan_.pretrain_epochs == 0)
    return {};
  auto memory = learning::fresh_state(*setup_->optimiser, setup_->model->parameter_count(),
                                      state_.kind());
  const index steps = plan_.pretrain_epochs * batches_.steps_each();
  for (index step = 0; step < steps; ++step)
    descend(state_, rate(1), memory, scratch);
  if (plan_.mixes)
    mixed_ = merging::fresh_peer(*plan_.mixes, state_, setup_->model->parameter_count());
  ECHELON_CHECK(check_finite(notes_.train_loss, 0));
  notes_ = {};
  loss_steps_ = 0;
  return {};
}

result<void> peer_learner::learn(index round, index steps, bool exchange_follows,
                                 std::span<const merging::cross_gradient> crossed,
                                 workspace& scratch) {
  notes_.steps += steps;
  if (!plan_.mixes) {
    auto memory = learning::fresh_state(*setup_->optimiser, setup_->model->parameter_count(),
                                        state_.kind());
    for (index step = 0; step < steps; ++step)
      descend(state_, rate(round), memory, scratch);
    return check_finite(notes_.train_loss, round);
  }
  for (index step = 0; step < steps; ++step) {
    const point_gradient fresh = gradient(plan_.mixes->point(mixed_), steps_, batches_.rows(steps_),
                                          scratch);
    plan_.mixes->adapt(mixed_, {.gradient = fresh.mean,
                                .rate = rate(round),
                                .buffer_momentum = setup_->model->buffer_momentum(),
                                .crossed = crossed});
    count(fresh.loss);
    if (step + 1 < steps || !exchange_follows)
      plan_.mixes->combine(mixed_, 1, {});
  }
  return std::isfinite(notes_.train_loss) ? result<void>{} : check_finite(NAN, round);
}

merging::parcel peer_learner::offer(index receiver, double share) {
  if (plan_.mixes)
    return plan_.mixes->offer(mixed_, receiver, share);
  return {{state_}, {}};
}

bool peer_learner::is_good(const merging::arrival& from, index exchange) {
  if (std::ranges::all_of(from.content.vectors, is_finite))
    return true;
  notes_.missing += from.weight;
  notes_.absent.push_back(static_cast<std::int32_t>(from.peer));
  notes_.refused.push_back(fmt::format("{} sent {} numbers that are not finite in exchange {}",
                                       merging::peer_name(from.peer), merging::peer_name(peer_),
                                       exchange));
  return false;
}

void peer_learner::sift(harvest& brought, index exchange) {
  std::erase_if(brought.arrived, [&](const merging::arrival& from) {
    if (is_good(from, exchange))
      return false;
    brought.self += from.weight;
    return true;
  });
}

/// Takes its own model as one of all, so that everybody adds up the same in the same order.
void peer_learner::line_up(harvest& brought) {
  const auto place = std::ranges::lower_bound(brought.arrived, peer_, {}, &merging::arrival::peer);
  const double share = std::exchange(brought.self, 0);
  brought.arrived.insert(place, {peer_, share, plan_.mixes->offer(mixed_, peer_, share)});
}

template <class Value>
result<Value> peer_learner::named(result<Value> done) const {
  if (!done)
    return fail(done.error().code, "{}: {}", merging::peer_name(peer_), done.error().detail);
  return done;
}

/// Of what came in this exchange, weighted.
void peer_learner::measure_distance(const merging::arrival& from) {
  const merging::vector_view theirs = first_vector(from);
  if (theirs.size() == state_.size() && theirs.kind == state_.kind())
    notes_.apart += merging::local_disagreement(model(), {&from, 1},
                                                {0, setup_->model->parameter_count()});
}

result<void> peer_learner::take_in(harvest brought, index exchange, bool looks) {
  if (looks)
    notes_.before = model();
  notes_.missing += brought.missing;
  for (const index peer : brought.absent)
    notes_.absent.push_back(static_cast<std::int32_t>(peer));
  if (!plan_.mixes) {
    for (merging::arrival& from : brought.arrived)
      ECHELON_CHECK(merge_next(std::move(from), brought.self, exchange));
    ECHELON_CHECK(end_merge(brought, exchange));
  } else {
    sift(brought, exchange);
    if (!brought.arrived.empty())
      notes_.apart = 0;
    for (const merging::arrival& from : brought.arrived)
      measure_distance(from);
    if (plan_.mixes->traits().with == merging::exchange::everyone)
      line_up(brought);
    plan_.mixes->combine(mixed_, brought.self, brought.arrived);
  }
  if (looks)
    notes_.after = model();
  return {};
}

result<void> peer_learner::merge_next(merging::arrival from, double self, index exchange) {
  if (!merging_)
    notes_.apart = 0;
  begin_merge(self, exchange);
  if (!is_good(from, exchange)) {
    kept_ += from.weight;
    return {};
  }
  measure_distance(from);
  return named(merging_->add(
      {from.peer, from.weight, std::move(from.content.vectors[0]), plan_.spec_hash()}));
}

/// Unless it has begun.
void peer_learner::begin_merge(double self, index exchange) {
  if (merging_)
    return;
  merging_ = plan_.merges->begin(task(self, exchange));
  kept_ = 0;
}

result<void> peer_learner::end_merge(const harvest& brought, index exchange) {
  begin_merge(brought.self, exchange);
  const auto ended = std::exchange(merging_, nullptr);
  ECHELON_TRY(auto merged,
              named(ended->finish(brought.self + kept_ * brought.others, brought.others)));
  state_ = std::move(merged.state);
  note(merged.report);
  return {};
}

learning::batch peer_learner::calibration() const {
  if (plan_.calibration.empty())
    return {setup_->data.train.get(), {}};
  return {setup_->data.train.get(), plan_.calibration[slot(peer_)]};
}

/// Without any of the others.
merging::merge_task peer_learner::task(double self, index exchange) const {
  return {.network = *setup_->model,
          .spec = *plan_.spec,
          .own = {peer_, self, state_, plan_.spec_hash()},
          .others = {},
          .peers = plan_.peers(),
          .calibration = calibration(),
          .seed = setup_->seed,
          .round = static_cast<std::uint64_t>(exchange),
          .math = plan_.math};
}

result<void> peer_learner::adopt(const merging::arrival& parent) {
  merging::merge_task made = task(0.5, 0);
  made.others.push_back({parent.peer, 0.5, parent.content.vectors[0], plan_.spec_hash()});
  ECHELON_TRY(auto adopted, named(merging::adopt_order(made, {})));
  state_ = std::move(adopted.state);
  note(adopted.report);
  return {};
}

/// Means over the classes of all peers that were matched.
void peer_learner::note(const merging::merge_report& report) {
  merge_facts facts;
  double classes = 0, others = 0, kept = 0;
  for (const merging::peer_report& met : report.peers) {
    if (met.peer == report.reference)
      continue;
    others += 1;
    kept += met.kept_share;
    facts.before += met.distance_before;
    facts.after += met.distance_after;
    facts.matched += met.classes.empty() ? 0 : 1;
    for (const merging::class_match& found : met.classes) {
      classes += 1;
      facts.likeness += found.likeness;
      facts.dead_units += static_cast<double>(found.dead_units);
      facts.gap = std::max(facts.gap, std::abs(found.gap));
    }
  }
  facts.kept_share = others > 0 ? kept / others : 1;
  others = std::max(others, 1.0);
  facts.before /= others;
  facts.after /= others;
  facts.likeness /= std::max(classes, 1.0);
  facts.loss = report.calibration_loss.value_or(0);
  notes_.merge = facts;
}

block peer_learner::model() const { return plan_.mixes ? plan_.mixes->point(mixed_) : state_; }

test_sums peer_learner::test(workspace& scratch) const {
  std::vector<index> rows(slot(setup_->data.test->count));
  std::iota(rows.begin(), rows.end(), index{0});
  const auto sums = setup_->model->evaluate(model(), {setup_->data.test.get(), rows}, scratch);
  return {sums.loss, sums.correct, sums.samples};
}

std::vector<index> peer_learner::rows_of(index step) {
  const auto rows = asked_.rows(step);
  return {rows.begin(), rows.end()};
}

block peer_learner::gradient_for(const block& point, index step, std::span<const index> rows,
                                 workspace& scratch) const {
  return block::freeze(gradient(point, step, rows, scratch).mean);
}

peer_memory peer_learner::remember() const {
  if (plan_.mixes)
    return {.steps = steps_, .mixed = merging::copy_of(mixed_)};
  return {.steps = steps_, .state = state_};
}

void peer_learner::recall(const peer_memory& memory) {
  steps_ = memory.steps;
  if (plan_.mixes)
    mixed_ = merging::copy_of(memory.mixed);
  else
    state_ = memory.state;
}

void peer_learner::take_over(const block& model, index rounds, index steps) {
  steps_ = plan_.pretrain_epochs * batches_.steps_each() + rounds * plan_.steps[slot(peer_)] +
           steps;
  if (plan_.mixes)
    mixed_ = merging::fresh_peer(*plan_.mixes, model, setup_->model->parameter_count());
  else
    state_ = model;
}

void peer_learner::forget(index peer) {
  std::erase_if(mixed_.accounts, [peer](const auto& account) { return account.peer == peer; });
}

peer_report peer_learner::take_notes() {
  peer_report told = std::exchange(notes_, {});
  told.train_loss /= static_cast<double>(std::max<index>(std::exchange(loss_steps_, 0), 1));
  std::ranges::sort(told.absent);
  const auto repeated = std::ranges::unique(told.absent);
  told.absent.erase(repeated.begin(), repeated.end());
  return told;
}

}  // namespace echelon::actors
