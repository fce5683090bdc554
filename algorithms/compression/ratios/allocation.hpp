#pragma once

#include <span>
#include <vector>

#include "algorithms/base/types.hpp"

namespace echelon::compression {

// The mathematics of who may send how much. Weights p_i are the senders' shares of all data: not
// negative, adding up to 1, in any order. Ratios are sent / total. Sums run over senders in order.

/// x^exponent for x >= 0 and exponent != 0; the same bits everywhere.
double power(double x, double exponent);

/// min(max(c share_i, least), most) with the c at which they add up to `total`. Where the bounds
/// leave no such c, the nearest sum: all `most`, or total / n each. A share of 0 gets `least`.
/// Cost: O(n) a step, about 100 steps; the sum is exact to rounding.
std::vector<double> fill(std::span<const double> shares, double total, double least, double most);

/// The published key factor: sum p_i / sqrt(ratio_i) / sqrt(min ratio); infinite where a sender
/// with data has the ratio 0, while those without data do not count.
double phi(std::span<const double> weights, std::span<const double> ratios);

/// The refined factor: sqrt(sum p_i^2 zeta_i^2 / ratio_i^2); `divergences` zeta_i, empty: all 1.
double psi(std::span<const double> weights, std::span<const double> divergences,
           std::span<const double> ratios);

/// What the absolute compressor's bound depends on: sum p_i^2 lambda_i^2.
double threshold_factor(std::span<const double> weights, std::span<const double> thresholds);

struct published_ratios {
  std::vector<double> ratios;
  index least = 0;  ///< j*: the sender the algorithm takes for the one with the smallest ratio
};

/// DAGC's Algorithm 2 to the letter: it fixes one sender as the smallest and lets all others follow
/// p^(2/3). It does not minimise `phi` in general, may give the smallest ratio to a middle sender,
/// gives two senders the same whatever their weights, and may exceed 1. Senders without data get 0.
/// Source: DAGC, Algorithm 2; a single sender is a reconstruction.
published_ratios published_allocation(std::span<const double> weights, double mean);

/// The minimiser of `phi` with floor, cap and mean. Exact up to the search's 1e-12: a geometric
/// program, convex in the logarithm of the smallest ratio. Senders without data get the floor.
/// Source: reconstruction.
std::vector<double> phi_allocation(std::span<const double> weights, double mean, double floor,
                                   double cap);

/// The minimiser of `psi` with floor, cap and mean: ratio_i ~ (p_i zeta_i)^(2/3). Source:
/// reconstruction; without active bounds it is DAGC's headline rule.
std::vector<double> refined_allocation(std::span<const double> weights,
                                       std::span<const double> divergences, double mean,
                                       double floor, double cap);

/// The minimiser of `threshold_factor` where a threshold lambda lets a_i lambda^exponent through
/// (exponent < 0) and their mean is that of 1^exponent: lambda_i ~ (a_i / p_i^2)^(1 / (2 -
/// exponent)). `traffic` a_i, empty: equal. Senders without data get an infinite threshold.
/// Source: DAGC, Theorem 8, for exponent -1; other exponents and a_i are reconstructions.
std::vector<double> relative_thresholds(std::span<const double> weights,
                                        std::span<const double> traffic, double exponent);

}  // namespace echelon::compression
