#include "actors/part_computer.hpp"

#include <algorithm>
#include <cstring>

#include "actors/group_model.hpp"
#include "algorithms/aggregation/control_variate.hpp"
#include "algorithms/aggregation/proximal.hpp"
#include "algorithms/base/contract.hpp"
#include "algorithms/base/hash.hpp"

namespace echelon::actors {
namespace {

/// Data draws are keyed by (purpose, round, part); a local step is a round of its own.
std::uint64_t draw_key(index round, index step) {
  return hash_combine(static_cast<std::uint64_t>(round), static_cast<std::uint64_t>(step));
}

random_stream dropout_stream(const training_setup& setup, index round, index step, index part) {
  return {setup.data_seed, "dropout", draw_key(round, step), static_cast<std::uint64_t>(part)};
}

template <class Scalar>
void scale(std::span<Scalar> values, double factor) {
  for (Scalar& value : values)
    value = static_cast<Scalar>(value * factor);
}

template <class Scalar>
void track_buffers(std::span<Scalar> state, std::span<const Scalar> means, index parameters,
                   double momentum) {
  const auto share = static_cast<Scalar>(momentum);
  for (auto i = static_cast<std::size_t>(parameters); i < state.size(); ++i)
    state[i] += share * (means[i] - state[i]);
}

/// SCAFFOLD's two variates at a worker, and what it answers about its own.
struct control_variates {
  /// `exchanged` holds the server's behind the model's `length` numbers, or nothing; `mine`: empty
  /// stands for zeros.
  control_variates(const block& exchanged, index length, std::span<const float> mine) {
    if (exchanged.size() == length)
      return;
    server = piece_of(exchanged, length, exchanged.size());
    block_builder numbers{server.size(), server.kind()};
    std::ranges::copy(mine, numbers.as<float>().begin());
    own = block::freeze(std::move(numbers));
  }
  block change(const block& start, const block& end, index steps, double rate,
               double weight) const {
    const block next = aggregation::renewed_variate(own, server, start, end, steps, rate);
    return weighted_change(next, own, own.size(), weight);
  }

  block own, server;
};

}  // namespace

std::vector<index> batch_rows(const training_setup& setup, index round, index step, index part) {
  const auto& rows = setup.parts[static_cast<std::size_t>(part)];
  if (setup.batch == 0 || setup.batch >= std::ssize(rows))
    return rows;
  random_stream random{setup.data_seed, "batch", draw_key(round, step),
                       static_cast<std::uint64_t>(part)};
  auto chosen = sample_without_replacement(random, std::ssize(rows), setup.batch);
  std::ranges::sort(chosen);
  for (index& row : chosen)
    row = rows[static_cast<std::size_t>(row)];
  return chosen;
}

part_computer::part_computer(training_setup_ptr setup, int lanes, bool share)
    : setup_(std::move(setup)), share_(share) {
  expects(lanes == 1 || !share);
  for (int lane = 0; lane < lanes; ++lane)
    scratch_.push_back(setup_->model->make_workspace());
}

learning::workspace& part_computer::scratch(int lane) const {
  return *scratch_[static_cast<std::size_t>(lane)];
}

coding::contribution part_computer::compute(const block& state, const exchange& when, index part,
                                            int lane, std::span<const float> variate) {
  const index data = setup_->levels.data_of(part, when.outer);
  const auto fresh = [&] {
    return setup_->sends_changes() ? local_change(state, when, data, lane, variate)
                                   : gradient(state, when, data, lane);
  };
  if (!share_)
    return fresh();
  if (when.round != shared_round_) {
    shared_.clear();
    shared_round_ = when.round;
  }
  auto found = shared_.find(part);
  if (found == shared_.end())
    found = shared_.emplace(part, fresh()).first;
  return found->second;
}

coding::contribution part_computer::gradient(const block& state, const exchange& when, index part,
                                             int lane) const {
  const learning::model& model = *setup_->model;
  const auto rows = batch_rows(*setup_, when.round, 0, part);
  block_builder sums{model.parameter_count() + model.buffer_count(), model.kind()};
  const auto outcome = model.gradient(state, {setup_->data.train.get(), rows},
                                      dropout_stream(*setup_, when.round, 0, part), sums,
                                      scratch(lane));
  const auto used = static_cast<double>(outcome.samples);
  const double weight = setup_->weight_of(part, used);
  if (weight != used)
    with_scalar(sums.kind(),
                [&](auto scalar) { scale(sums.as<decltype(scalar)>(), weight / used); });
  return {block::freeze(std::move(sums)), outcome.loss * (weight / used), weight};
}

coding::contribution part_computer::local_change(const block& state, const exchange& when,
                                                 index part, int lane,
                                                 std::span<const float> variate) const {
  const learning::model& model = *setup_->model;
  const index parameters = model.parameter_count();
  const double rate = setup_->rate * setup_->schedule->factor(when.round - 1, when.rounds);
  auto memory = learning::fresh_state(*setup_->optimiser, parameters, model.kind());
  const block start = piece_of(state, 0, parameters + model.buffer_count());
  const control_variates drift{state, start.size(), variate};
  block current = start;
  double loss = 0;
  for (index step = 0; step < when.steps; ++step) {
    const auto rows = batch_rows(*setup_, when.round, step, part);
    block_builder sums{start.size(), start.kind()};
    const auto outcome = model.gradient(current, {setup_->data.train.get(), rows},
                                        dropout_stream(*setup_, when.round, step, part), sums,
                                        scratch(lane));
    block_builder next = copy_of(current);
    with_scalar(state.kind(), [&](auto scalar) {
      using element = decltype(scalar);
      scale(sums.as<element>(), 1.0 / static_cast<double>(outcome.samples));
      track_buffers<element>(next.as<element>(), sums.as<element>(), parameters,
                             model.buffer_momentum());
    });
    block_builder mean{parameters, state.kind()};
    std::memcpy(mean.bytes().data(), sums.bytes().data(), mean.bytes().size());
    if (setup_->proximal > 0)
      aggregation::add_proximal_term(mean, current, start, setup_->proximal);
    if (setup_->control_variates)
      aggregation::correct_drift(mean, drift.own, drift.server);
    setup_->optimiser->step(next, mean, rate, memory);
    current = block::freeze(std::move(next));
    loss += outcome.loss / static_cast<double>(outcome.samples);
  }
  const double weight = setup_->weight_of(part, 0);
  block change = weighted_change(start, current, parameters, weight);
  if (setup_->control_variates)
    change = joined(change, drift.change(start, current, when.steps, rate, weight));
  return {std::move(change), weight * loss / static_cast<double>(when.steps), weight};
}

model_probe part_computer::probe(const block& state, index round, int lane) {
  return probe_model(*setup_, state, round, scratch(lane));
}

learning::batch_sums part_computer::evaluate(const block& state, index first, index last,
                                             int lane) {
  std::vector<index> rows(static_cast<std::size_t>(last - first));
  std::iota(rows.begin(), rows.end(), first);
  return setup_->model->evaluate(state, {setup_->data.test.get(), rows}, scratch(lane));
}

}  // namespace echelon::actors
