#include "algorithms/compression/ratios/bounds.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace echelon::compression {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// A rate at its limit may lie above it by rounding.
constexpr double rounding = 1 + 1e-12;

/// Sum of p_i^2 factor(i), over senders with data.
template <class Factor>
double weighted_squares(const objective_constants& known, Factor factor) {
  double total = 0;
  for (std::size_t i = 0; i < known.weights.size(); ++i)
    if (known.weights[i] > 0)
      total += known.weights[i] * known.weights[i] * factor(i);
  return total;
}

double squares(const objective_constants& known) {
  return weighted_squares(known, [](std::size_t) { return 1.0; });
}

double least_ratio(const objective_constants& known, std::span<const double> ratios) {
  double least = infinity;
  for (std::size_t i = 0; i < ratios.size(); ++i)
    if (known.weights[i] > 0)
      least = std::min(least, ratios[i]);
  return least;
}

double largest_divergence(const objective_constants& known) {
  double largest = 0;
  for (std::size_t i = 0; i < known.weights.size(); ++i)
    if (known.weights[i] > 0)
      largest = std::max(largest, known.divergences[i]);
  return largest;
}

double senders(const objective_constants& known) {
  return static_cast<double>(known.weights.size());
}

/// What both relative bounds share: start, noise, and the memories' share of the error.
double relative_bound(const objective_constants& known, double memories, double rate,
                      index rounds) {
  const double rate_smoothness = rate * known.smoothness;
  return 8 * known.gap / (rate * static_cast<double>(rounds)) +
         4 * rate_smoothness * known.noise_square * squares(known) +
         8 * rate_smoothness * rate_smoothness * senders(known) * memories;
}

}  // namespace

double published_bound(const objective_constants& known, std::span<const double> ratios,
                       double rate, index rounds) {
  if (rate > rounding * published_rate_max(known, ratios))
    return infinity;
  const double least = least_ratio(known, ratios), zeta = largest_divergence(known);
  const double contracted = weighted_squares(known, [&](auto i) { return least / ratios[i]; });
  const double memories = (2 * contracted * zeta * zeta / least +
                           known.noise_square * squares(known)) /
                          least;
  return relative_bound(known, memories, rate, rounds);
}

double refined_bound(const objective_constants& known, std::span<const double> ratios, double rate,
                     index rounds) {
  if (rate > rounding * refined_rate_max(known, ratios))
    return infinity;
  const double memories = weighted_squares(known, [&](auto i) {
    const double scaled = known.divergences[i] / ratios[i];
    return 2 * scaled * scaled + known.noise_square / ratios[i];
  });
  return relative_bound(known, memories, rate, rounds);
}

double absolute_bound(const objective_constants& known, std::span<const double> thresholds,
                      index length, double rate, index rounds) {
  if (rate > rounding * absolute_rate_max(known))
    return infinity;
  const double memories = static_cast<double>(length) * weighted_squares(known, [&](auto i) {
                            return thresholds[i] * thresholds[i];
                          });
  const double rate_smoothness = rate * known.smoothness;
  return 4 * known.gap / (rate * static_cast<double>(rounds)) +
         2 * rate_smoothness * known.noise_square * squares(known) +
         2 * rate_smoothness * rate_smoothness * senders(known) * memories;
}

double published_rate_max(const objective_constants& known, std::span<const double> ratios,
                          double smooth_factor) {
  const double least = least_ratio(known, ratios);
  const double contracted = weighted_squares(known, [&](auto i) { return least / ratios[i]; });
  return least /
         (smooth_factor * known.smoothness * known.spread * std::sqrt(senders(known) * contracted));
}

double refined_rate_max(const objective_constants& known, std::span<const double> ratios,
                        double smooth_factor) {
  const double memories = weighted_squares(known,
                                           [&](auto i) { return 1 / (ratios[i] * ratios[i]); });
  return 1 / (smooth_factor * known.smoothness *
              std::max(1.0, known.spread * std::sqrt(senders(known) * memories)));
}

double absolute_rate_max(const objective_constants& known) { return 1 / (4 * known.smoothness); }

}  // namespace echelon::compression
