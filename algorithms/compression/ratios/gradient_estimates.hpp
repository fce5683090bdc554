#pragma once

#include <optional>
#include <span>

#include "algorithms/base/running_mean.hpp"
#include "algorithms/compression/ratios/bounds.hpp"

namespace echelon::compression {

/// What two gradients of disjoint, equal halves of one batch at the same weights say; unbiased.
struct half_batch_sample {
  double gradient_square = 0;  ///< <g1, g2>: of |grad f_i|^2; may be negative
  double noise_square = 0;     ///< |g1 - g2|^2 / 4: of the whole batch's variance
};

/// Sums in double, in order. Cost: one pass.
half_batch_sample compare_halves(std::span<const float> first, std::span<const float> second);

/// |g - g'| / |x - x'|: a lower bound of L along one step, for two gradients of the same batch;
/// nullopt where the weights have not moved.
std::optional<double> secant_smoothness(std::span<const float> gradient,
                                        std::span<const float> gradient_before,
                                        std::span<const float> weights,
                                        std::span<const float> weights_before);

/// A sender's constants as they come in. A plain value.
struct gradient_estimates {
  running_mean gradient_square{0.05};
  running_mean noise_square{0.05};
  running_mean smoothness{0.05};

  void add(const half_batch_sample& sample);
  /// zeta_i^2; the mean is what is kept from going below 0, so that noise does not raise it.
  double divergence_square() const;

  bool operator==(const gradient_estimates&) const = default;
};

/// What the bounds need, from what each sender estimated: zeta_i with Z = 1, and the largest noise
/// and smoothness of all. `gap`: F0, such as the loss so far less the least conceivable one.
objective_constants estimated_constants(std::span<const double> weights,
                                        std::span<const gradient_estimates> senders, double gap);

}  // namespace echelon::compression
