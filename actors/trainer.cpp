#include "actors/trainer.hpp"

#include <cmath>
#include <cstring>

#include "actors/group_model.hpp"
#include "algorithms/learning/clipping.hpp"

namespace echelon::actors {

trainer::trainer(training_setup_ptr setup)
    : setup_(std::move(setup)),
      accumulates_(setup_->worker_packer &&
                   setup_->worker_packer->remembers().server_accumulates()) {
  if (!setup_->gradients)
    return;
  const learning::model& model = *setup_->model;
  state_ = model.initial_state(setup_->init_seed);
  const auto& rule = setup_->sends_changes() ? *setup_->server : *setup_->optimiser;
  memory_ = learning::fresh_state(rule, model.parameter_count(), model.kind());
}

void trainer::restore(block state, learning::optimiser_state memory, block accumulated) {
  accumulated_ = std::move(accumulated);
  state_ = std::move(state);
  memory_ = std::move(memory);
}

double trainer::rate(index round) const {
  return setup_->rate * setup_->schedule->factor(round - 1, setup_->rounds);
}

result<void> trainer::apply(const coding::decoded_round& decoded, double samples, index round) {
  if (!setup_->gradients)
    return {};
  return with_scalar(state_.kind(), [&](auto scalar) {
    return apply_as<decltype(scalar)>(decoded, samples, round);
  });
}

block trainer::announced() const {
  if (!setup_->control_variates || state_.empty())
    return state_;
  if (!accumulated_.empty())
    return joined(state_, accumulated_);
  return joined(state_,
                block::freeze(block_builder{setup_->model->parameter_count(), state_.kind()}));
}

/// The server's variate stays the mean of all workers', of those too that did not take part.
void trainer::absorb_variates(const block& sums) {
  double all = 0;
  for (index part = 0; part < std::ssize(setup_->parts); ++part)
    all += setup_->weight_of(part, 0);
  block_builder next{sums.size(), sums.kind()};
  with_scalar(sums.kind(), [&]<class Scalar>(Scalar) {
    const auto from = sums.as<Scalar>();
    const auto before = accumulated_.empty() ? std::span<const Scalar>{}
                                             : accumulated_.as<Scalar>();
    const auto share = static_cast<Scalar>(1 / all);
    const auto to = next.as<Scalar>();
    for (std::size_t i = 0; i < to.size(); ++i)
      to[i] = (before.empty() ? Scalar{0} : before[i]) + share * from[i];
  });
  accumulated_ = block::freeze(std::move(next));
}

/// Of one round or, where the server accumulates, of all rounds so far.
block trainer::average(const block& sums, double samples) {
  block_builder averages{sums.size(), sums.kind(), contents::unset};
  const bool adds = accumulates_ && !accumulated_.empty();
  with_scalar(sums.kind(), [&]<class Scalar>(Scalar) {
    const auto from = sums.as<Scalar>();
    const auto before = adds ? accumulated_.as<Scalar>() : std::span<const Scalar>{};
    const auto to = averages.as<Scalar>();
    const auto share = static_cast<Scalar>(1.0 / samples);
    for (std::size_t i = 0; i < to.size(); ++i)
      to[i] = adds ? before[i] + share * from[i] : share * from[i];
  });
  block made = block::freeze(std::move(averages));
  if (accumulates_)
    accumulated_ = made;
  return made;
}

template <class Scalar>
result<void> trainer::apply_as(const coding::decoded_round& decoded, double samples, index round) {
  const auto parameters = static_cast<std::size_t>(setup_->model->parameter_count());
  const block averages = average(piece_of(decoded.values, 0, state_.size()), samples);
  const auto average_values = averages.as<Scalar>();
  block_builder mean{setup_->model->parameter_count(), state_.kind()};
  const auto means = mean.as<Scalar>();
  for (std::size_t i = 0; i < parameters; ++i)
    means[i] = average_values[i];
  block_builder next{state_.size(), state_.kind()};
  std::memcpy(next.bytes().data(), state_.bytes().data(), next.bytes().size());
  const bool local = setup_->sends_changes();
  if (!local)
    learning::clip(mean, setup_->clip);
  const auto& rule = local ? *setup_->server : *setup_->optimiser;
  rule.step(next, mean, local ? setup_->server_rate : rate(round), memory_);
  // After local steps the statistics are the workers' own running values, so they replace ours.
  const auto momentum = static_cast<Scalar>(local ? 1.0 : setup_->model->buffer_momentum());
  const auto values = next.as<Scalar>();
  for (std::size_t i = parameters; i < values.size(); ++i)
    values[i] += momentum * (average_values[i] - values[i]);
  for (const Scalar value : values)
    if (!std::isfinite(value))
      return fail(errc::diverged,
                  "the weights are no longer finite after round {}; a smaller "
                  "optimizer.rate or optimizer.clip may help",
                  round);
  state_ = block::freeze(std::move(next));
  if (setup_->control_variates)
    absorb_variates(piece_of(decoded.values, state_.size(), decoded.values.size()));
  return {};
}

}  // namespace echelon::actors
