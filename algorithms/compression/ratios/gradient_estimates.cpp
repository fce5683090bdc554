#include "algorithms/compression/ratios/gradient_estimates.hpp"

#include <algorithm>
#include <cmath>

#include "algorithms/base/contract.hpp"

namespace echelon::compression {
namespace {

double distance_square(std::span<const float> left, std::span<const float> right) {
  expects(left.size() == right.size());
  double total = 0;
  for (std::size_t i = 0; i < left.size(); ++i) {
    const double apart = double{left[i]} - double{right[i]};
    total += apart * apart;
  }
  return total;
}

}  // namespace

half_batch_sample compare_halves(std::span<const float> first, std::span<const float> second) {
  half_batch_sample sample{.noise_square = distance_square(first, second) / 4};
  for (std::size_t i = 0; i < first.size(); ++i)
    sample.gradient_square += double{first[i]} * double{second[i]};
  return sample;
}

std::optional<double> secant_smoothness(std::span<const float> gradient,
                                        std::span<const float> gradient_before,
                                        std::span<const float> weights,
                                        std::span<const float> weights_before) {
  const double moved = distance_square(weights, weights_before);
  if (moved <= 0)
    return std::nullopt;
  return std::sqrt(distance_square(gradient, gradient_before) / moved);
}

void gradient_estimates::add(const half_batch_sample& sample) {
  gradient_square.add(sample.gradient_square);
  noise_square.add(sample.noise_square);
}

double gradient_estimates::divergence_square() const {
  return std::max(gradient_square.value(), 0.0);
}

objective_constants estimated_constants(std::span<const double> weights,
                                        std::span<const gradient_estimates> senders, double gap) {
  expects(weights.size() == senders.size());
  objective_constants known{
      .weights = {weights.begin(), weights.end()}, .divergences = {}, .smoothness = 0, .gap = gap};
  for (const gradient_estimates& sender : senders) {
    known.divergences.push_back(std::sqrt(sender.divergence_square()));
    known.noise_square = std::max(known.noise_square, sender.noise_square.value());
    known.smoothness = std::max(known.smoothness, sender.smoothness.value());
  }
  return known;
}

}  // namespace echelon::compression
