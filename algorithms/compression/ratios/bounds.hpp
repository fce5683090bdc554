#pragma once

#include <span>
#include <vector>

#include "algorithms/base/types.hpp"

namespace echelon::compression {

/// What the bounds know of an objective sum p_i f_i. The gradients meet |grad f_i|^2 <= zeta_i^2 +
/// spread^2 |grad f|^2 and are unbiased with variances of at most `noise_square`.
struct objective_constants {
  std::vector<double> weights;      ///< p_i
  std::vector<double> divergences;  ///< zeta_i
  double spread = 1;                ///< Z >= 1
  double smoothness = 1;            ///< L
  double noise_square = 0;          ///< sigma^2
  double gap = 1;                   ///< F0 >= f(x0) - min f
};

/// Bounds on the mean of E|grad f(x_t)|^2 over rounds 0 ... rounds - 1 of training with error
/// feedback at step `rate`; infinite where the rate is above the bound's largest. Ratios are above
/// 0 wherever there are data.

/// With every memory contracted like the worst. Source: DAGC, Theorem 1's lemmas, summed.
double published_bound(const objective_constants& known, std::span<const double> ratios,
                       double rate, index rounds);
/// With every memory contracted by its own ratio: never above the published one, at a rate that
/// both allow. Source: reconstruction.
double refined_bound(const objective_constants& known, std::span<const double> ratios, double rate,
                     index rounds);
/// Of thresholds on vectors of `length`: neither zeta_i nor Z matter. Source: DAGC, Theorem 5's
/// lemmas; the constants are a reconstruction.
double absolute_bound(const objective_constants& known, std::span<const double> thresholds,
                      index length, double rate, index rounds);

/// The largest step that a bound allows, non-convex: `smooth_factor` 4; convex: 14.
double published_rate_max(const objective_constants& known, std::span<const double> ratios,
                          double smooth_factor = 4);
double refined_rate_max(const objective_constants& known, std::span<const double> ratios,
                        double smooth_factor = 4);
double absolute_rate_max(const objective_constants& known);

}  // namespace echelon::compression
