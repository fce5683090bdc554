#include "actors/part_computer.hpp"

#include <algorithm>
#include <cstring>

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

/// samples times (start - end) for the parameters, samples times the statistics for the buffers.
template <class Scalar>
void weigh_change(std::span<const Scalar> start, std::span<const Scalar> end, index parameters,
                  double samples, std::span<Scalar> out) {
  const auto weight = static_cast<Scalar>(samples);
  const auto trained = static_cast<std::size_t>(parameters);
  for (std::size_t i = 0; i < trained; ++i)
    out[i] = weight * (start[i] - end[i]);
  for (std::size_t i = trained; i < out.size(); ++i)
    out[i] = weight * end[i];
}

template <class Scalar>
void track_buffers(std::span<Scalar> state, std::span<const Scalar> means, index parameters,
                   double momentum) {
  const auto share = static_cast<Scalar>(momentum);
  for (auto i = static_cast<std::size_t>(parameters); i < state.size(); ++i)
    state[i] += share * (means[i] - state[i]);
}

block_builder copy_of(const block& source) {
  block_builder copy{source.size(), source.kind()};
  std::memcpy(copy.bytes().data(), source.bytes().data(), source.bytes().size());
  return copy;
}

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

coding::contribution part_computer::compute(const block& state, index round, index part, int lane) {
  const auto fresh = [&] {
    return setup_->local_steps > 1 ? local_change(state, round, part, lane)
                                   : gradient(state, round, part, lane);
  };
  if (!share_)
    return fresh();
  if (round != shared_round_) {
    shared_.clear();
    shared_round_ = round;
  }
  auto found = shared_.find(part);
  if (found == shared_.end())
    found = shared_.emplace(part, fresh()).first;
  return found->second;
}

coding::contribution part_computer::gradient(const block& state, index round, index part,
                                             int lane) const {
  const learning::model& model = *setup_->model;
  const auto rows = batch_rows(*setup_, round, 0, part);
  block_builder sums{model.parameter_count() + model.buffer_count(), model.kind()};
  const auto outcome = model.gradient(state, {setup_->data.train.get(), rows},
                                      dropout_stream(*setup_, round, 0, part), sums, scratch(lane));
  return {block::freeze(std::move(sums)), outcome.loss, static_cast<double>(outcome.samples)};
}

coding::contribution part_computer::local_change(const block& state, index round, index part,
                                                 int lane) const {
  const learning::model& model = *setup_->model;
  const index parameters = model.parameter_count();
  const double rate = setup_->rate * setup_->schedule->factor(round - 1, setup_->rounds);
  auto memory = learning::fresh_state(*setup_->optimiser, parameters, model.kind());
  const auto part_samples = static_cast<double>(
      std::ssize(setup_->parts[static_cast<std::size_t>(part)]));
  block current = state;
  double loss = 0;
  for (index step = 0; step < setup_->local_steps; ++step) {
    const auto rows = batch_rows(*setup_, round, step, part);
    block_builder sums{state.size(), state.kind()};
    const auto outcome = model.gradient(current, {setup_->data.train.get(), rows},
                                        dropout_stream(*setup_, round, step, part), sums,
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
    setup_->optimiser->step(next, mean, rate, memory);
    current = block::freeze(std::move(next));
    loss += outcome.loss / static_cast<double>(outcome.samples);
  }
  block_builder change{state.size(), state.kind()};
  with_scalar(state.kind(), [&](auto scalar) {
    using element = decltype(scalar);
    weigh_change(state.as<element>(), current.as<element>(), parameters, part_samples,
                 change.as<element>());
  });
  return {block::freeze(std::move(change)),
          part_samples * loss / static_cast<double>(setup_->local_steps), part_samples};
}

learning::batch_sums part_computer::evaluate(const block& state, index first, index last,
                                             int lane) {
  std::vector<index> rows(static_cast<std::size_t>(last - first));
  std::iota(rows.begin(), rows.end(), first);
  return setup_->model->evaluate(state, {setup_->data.test.get(), rows}, scratch(lane));
}

}  // namespace echelon::actors
