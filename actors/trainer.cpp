#include "actors/trainer.hpp"

#include <cmath>

#include "actors/group_model.hpp"
#include "algorithms/aggregation/control_variate.hpp"
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
double trainer::weight_of_all() const {
  double all = 0;
  for (index part = 0; part < std::ssize(setup_->parts); ++part)
    all += setup_->weight_of(part, 0);
  return all;
}

void trainer::accumulate(const block& terms, double share) {
  block_builder sum = accumulated_.empty() ? block_builder{terms.size(), terms.kind()}
                                           : copy_of(accumulated_);
  aggregation::absorb(sum, terms, share);
  accumulated_ = block::freeze(std::move(sum));
}

template <class Scalar>
result<void> trainer::apply_as(const coding::decoded_round& decoded, double samples, index round) {
  const auto parameters = static_cast<std::size_t>(setup_->model->parameter_count());
  if (accumulates_)
    accumulate(decoded.values, 1 / samples);
  const auto sums = (accumulates_ ? accumulated_ : decoded.values).as<Scalar>();
  const auto share = static_cast<Scalar>(accumulates_ ? 1.0 : 1.0 / samples);
  block_builder mean{setup_->model->parameter_count(), state_.kind()};
  const auto means = mean.as<Scalar>();
  for (std::size_t i = 0; i < parameters; ++i)
    means[i] = share * sums[i];
  block_builder next = copy_of(state_);
  const bool local = setup_->sends_changes();
  if (!local)
    learning::clip(mean, setup_->clip);
  const auto& rule = local ? *setup_->server : *setup_->optimiser;
  rule.step(next, mean, local ? setup_->server_rate : rate(round), memory_);
  // After local steps the statistics are the workers' own running values, so they replace ours.
  const auto momentum = static_cast<Scalar>(local ? 1.0 : setup_->model->buffer_momentum());
  const auto values = next.as<Scalar>();
  for (std::size_t i = parameters; i < values.size(); ++i)
    values[i] += momentum * (share * sums[i] - values[i]);
  for (const Scalar value : values)
    if (!std::isfinite(value))
      return fail(errc::diverged,
                  "the weights are no longer finite after round {}; a smaller "
                  "optimizer.rate or optimizer.clip may help",
                  round);
  state_ = block::freeze(std::move(next));
  if (setup_->control_variates)
    accumulate(piece_of(decoded.values, state_.size(), decoded.values.size()), 1 / weight_of_all());
  return {};
}

}  // namespace echelon::actors
