#include "algorithms/compression/ratios/allocation.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>

#include "algorithms/base/contract.hpp"
#include "algorithms/base/portable_math.hpp"

namespace echelon::compression {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

double sum(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

/// A bisection of doubles ends after that many steps, wherever it began.
constexpr int bisections = 120;

/// The factor at which clipped shares add up to `total`, to within a bisection's error.
double search_factor(std::span<const double> shares, double total, double least, double most,
                     double low, double high) {
  for (int step = 0; step < bisections; ++step) {
    const double middle = std::midpoint(low, high);
    double filled = 0;
    for (const double share : shares)
      filled += std::clamp(middle * share, least, most);
    (filled < total ? low : high) = middle;
  }
  return std::midpoint(low, high);
}

/// Weights of those who have any data, the largest first; ties keep their order.
std::vector<index> by_weight(std::span<const double> weights) {
  std::vector<index> order;
  for (index sender = 0; sender < std::ssize(weights); ++sender)
    if (weights[slot(sender)] > 0)
      order.push_back(sender);
  std::ranges::stable_sort(order, std::greater{},
                           [weights](index sender) { return weights[slot(sender)]; });
  return order;
}

/// Algorithm 2's choice among sorted weights: who is taken for the least, and for the reference.
struct published_choice {
  std::size_t least = 0, reference = 0;
  double quotient = 0;  ///< Q: what the others get, in units of the least
};

published_choice choose_least(std::span<const double> p, std::span<const double> q) {
  const double all = sum(q);
  published_choice best;
  double best_phi = infinity;
  for (std::size_t j = p.size(); j-- > 0;) {
    if (j + 1 < p.size() && p[j] == p[j + 1])
      continue;  // which one of a tie is taken does not change phi
    const std::size_t r = j + 1 == p.size() ? p.size() - 2 : p.size() - 1;
    const double quotient = (all - q[j]) / q[r];
    const double factor = p[j] * (1 + quotient) + p[r] * quotient * (1 + quotient);
    if (factor < best_phi) {
      best_phi = factor;
      best = {j, r, quotient};
    }
  }
  return best;
}

/// The argument of the least value of a function that falls, then rises, to about 1e-12.
double golden_section(double low, double high, const std::function<double(double)>& value) {
  constexpr int steps = 80;
  const double share = (std::sqrt(5.0) - 1) / 2;
  double left = high - share * (high - low), right = low + share * (high - low);
  double at_left = value(left), at_right = value(right);
  for (int step = 0; step < steps; ++step) {
    if (at_left <= at_right) {
      high = right, right = left, at_right = at_left;
      left = high - share * (high - low), at_left = value(left);
    } else {
      low = left, left = right, at_left = at_right;
      right = low + share * (high - low), at_right = value(right);
    }
  }
  return std::midpoint(low, high);
}

std::vector<double> two_thirds(std::span<const double> weights) {
  std::vector<double> powers(weights.size());
  std::ranges::transform(weights, powers.begin(),
                         [](double weight) { return power(weight, 2.0 / 3); });
  return powers;
}

/// The values of the chosen senders, in that order.
std::vector<double> pick(std::span<const double> values, std::span<const index> chosen) {
  std::vector<double> picked;
  for (const index sender : chosen)
    picked.push_back(values[slot(sender)]);
  return picked;
}

/// `phi_allocation` of senders that all have data, with their budget's sum.
std::vector<double> least_phi(std::span<const double> p, double total, double floor, double cap) {
  const std::vector<double> q = two_thirds(p);
  const auto filled = [&](double log_least) {
    return fill(q, total, exp_portable(log_least), cap);
  };
  // The least allowed, not the least attained, stands in the factor: so it is convex, and not flat
  // where nobody is at the bound.
  const auto factor = [&](double log_least) {
    const std::vector<double> ratios = filled(log_least);
    double weighted = 0;
    for (std::size_t i = 0; i < p.size(); ++i)
      weighted += p[i] / std::sqrt(ratios[i]);
    return weighted * exp_portable(-log_least / 2);
  };
  // Beyond the mean nothing is left to distribute: there the allocation is uniform.
  const double highest = std::min(total / static_cast<double>(p.size()), cap);
  const double lowest = std::clamp(floor, highest * 1e-12, highest);
  std::vector<double> uniform(p.size(), highest);
  std::vector<double> best = filled(
      golden_section(log_portable(lowest), log_portable(highest), factor));
  return phi(p, uniform) <= phi(p, best) ? uniform : best;
}

}  // namespace

double power(double x, double exponent) {
  if (x <= 0)
    return exponent > 0 ? 0 : infinity;
  if (x == infinity)
    return exponent > 0 ? infinity : 0;
  return exp_portable(exponent * log_portable(x));
}

std::vector<double> fill(std::span<const double> shares, double total, double least, double most) {
  const auto n = static_cast<double>(shares.size());
  if (total <= n * least)
    return std::vector<double>(shares.size(), total / n);
  double smallest = infinity, largest = 0;
  for (const double share : shares)
    if (share > 0)
      smallest = std::min(smallest, share), largest = std::max(largest, share);
  if (total >= n * most || largest == 0)
    return std::vector<double>(shares.size(), std::min(total / n, most));
  double factor = search_factor(shares, total, least, most, least / largest, 2 * most / smallest);
  // The bisection knows who is at a bound; the rest of the sum gives the factor to rounding.
  double bounded = 0, free = 0;
  for (const double share : shares) {
    const double wanted = factor * share;
    if (wanted > least && wanted < most)
      free += share;
    else
      bounded += std::clamp(wanted, least, most);
  }
  if (free > 0)
    factor = (total - bounded) / free;
  std::vector<double> filled(shares.size());
  std::ranges::transform(shares, filled.begin(),
                         [=](double share) { return std::clamp(factor * share, least, most); });
  return filled;
}

double phi(std::span<const double> weights, std::span<const double> ratios) {
  double weighted = 0, least = infinity;
  for (std::size_t i = 0; i < weights.size(); ++i)
    if (weights[i] > 0) {
      weighted += weights[i] / std::sqrt(ratios[i]);
      least = std::min(least, ratios[i]);
    }
  return weighted / std::sqrt(least);
}

double psi(std::span<const double> weights, std::span<const double> divergences,
           std::span<const double> ratios) {
  double squares = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const double scaled = weights[i] * (divergences.empty() ? 1.0 : divergences[i]);
    if (scaled > 0)
      squares += scaled * scaled / (ratios[i] * ratios[i]);
  }
  return std::sqrt(squares);
}

double threshold_factor(std::span<const double> weights, std::span<const double> thresholds) {
  double squares = 0;
  for (std::size_t i = 0; i < weights.size(); ++i)
    if (weights[i] > 0)
      squares += weights[i] * weights[i] * thresholds[i] * thresholds[i];
  return squares;
}

published_ratios published_allocation(std::span<const double> weights, double mean) {
  const double total = static_cast<double>(weights.size()) * mean;
  const std::vector<index> order = by_weight(weights);
  expects(!order.empty());
  published_ratios made{std::vector<double>(weights.size()), order.back()};
  if (order.size() == 1) {
    made.ratios[slot(order[0])] = total;
    return made;
  }
  const std::vector<double> p = pick(weights, order);
  const std::vector<double> q = two_thirds(p);
  const published_choice chosen = choose_least(p, q);
  const double least = total / (chosen.quotient + 1);
  for (std::size_t i = 0; i < order.size(); ++i)
    made.ratios[slot(order[i])] = least * (i == chosen.least ? 1.0 : q[i] / q[chosen.reference]);
  made.least = order[chosen.least];
  return made;
}

std::vector<double> phi_allocation(std::span<const double> weights, double mean, double floor,
                                   double cap) {
  const std::vector<index> order = by_weight(weights);
  expects(!order.empty());
  const auto empty = static_cast<double>(weights.size() - order.size());
  const double total = static_cast<double>(weights.size()) * mean - empty * floor;
  const std::vector<double> best = least_phi(pick(weights, order), total, floor, cap);
  std::vector<double> ratios(weights.size(), floor);
  for (std::size_t i = 0; i < order.size(); ++i)
    ratios[slot(order[i])] = best[i];
  return ratios;
}

std::vector<double> refined_allocation(std::span<const double> weights,
                                       std::span<const double> divergences, double mean,
                                       double floor, double cap) {
  std::vector<double> scaled(weights.begin(), weights.end());
  for (std::size_t i = 0; i < divergences.size(); ++i)
    scaled[i] *= divergences[i];
  return fill(two_thirds(scaled), static_cast<double>(weights.size()) * mean, floor, cap);
}

std::vector<double> relative_thresholds(std::span<const double> weights,
                                        std::span<const double> traffic, double exponent) {
  expects(exponent < 0);
  std::vector<double> thresholds(weights.size(), infinity);
  double passed = 0, passed_at_one = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const double through = traffic.empty() ? 1.0 : traffic[i];
    passed_at_one += through;
    if (weights[i] <= 0)
      continue;
    thresholds[i] = power(through / (weights[i] * weights[i]), 1 / (2 - exponent));
    if (through > 0)
      passed += through * power(thresholds[i], exponent);
  }
  if (passed > 0)
    for (double& threshold : thresholds)
      threshold *= power(passed / passed_at_one, -1 / exponent);
  return thresholds;
}

}  // namespace echelon::compression
