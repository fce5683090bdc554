#include "experiments/compare/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <deque>
#include <numeric>

#include "algorithms/base/contract.hpp"
#include "algorithms/base/random.hpp"

namespace echelon::experiments {
namespace {

double sum_of(std::span<const double> sample) {
  return std::accumulate(sample.begin(), sample.end(), 0.0);
}

std::vector<double> resampled_means(std::span<const double> sample,
                                    const bootstrap_options& options) {
  random_stream random{options.seed, "bootstrap", static_cast<std::uint64_t>(sample.size())};
  std::vector<double> means(static_cast<std::size_t>(options.resamples));
  for (double& drawn : means) {
    double sum = 0;
    for (std::size_t i = 0; i < sample.size(); ++i)
      sum += sample[static_cast<std::size_t>(random.below(std::ssize(sample)))];
    drawn = sum / static_cast<double>(sample.size());
  }
  std::ranges::sort(means);
  return means;
}

/// How much the statistic's spread changes with its value: a sixth of the jackknife's skewness.
double acceleration_of(std::span<const double> sample) {
  const double mean = mean_of(sample);
  double square = 0;
  double cube = 0;
  for (const double x : sample) {
    // Leaving x out moves the mean by (mean - x) / (n - 1); the constant cancels in the ratio.
    const double moved = x - mean;
    square += moved * moved;
    cube += moved * moved * moved;
  }
  return square > 0 ? cube / (6.0 * std::pow(square, 1.5)) : 0.0;
}

/// The share of resamples below the sample's mean, as a normal deviate; ties count half.
double bias_of(std::span<const double> sorted_means, double mean) {
  const auto below = std::ranges::lower_bound(sorted_means, mean) - sorted_means.begin();
  const auto upto = std::ranges::upper_bound(sorted_means, mean) - sorted_means.begin();
  const auto count = static_cast<double>(sorted_means.size());
  const double share = (static_cast<double>(below) + static_cast<double>(upto)) / (2.0 * count);
  return normal_quantile(std::clamp(share, 0.5 / count, 1.0 - 0.5 / count));
}

}  // namespace

double mean_of(std::span<const double> sample) {
  return sample.empty() ? missing : sum_of(sample) / static_cast<double>(sample.size());
}

double deviation_of(std::span<const double> sample) {
  if (sample.size() < 2)
    return missing;
  const double mean = mean_of(sample);
  double square = 0;
  for (const double x : sample)
    square += (x - mean) * (x - mean);
  return std::sqrt(square / static_cast<double>(sample.size() - 1));
}

double quantile_of_sorted(std::span<const double> sorted, double share) {
  expects(share >= 0 && share <= 1);
  if (sorted.empty())
    return missing;
  const double position = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(position);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return std::lerp(sorted[below], sorted[above], position - static_cast<double>(below));
}

double quantile_of(std::span<const double> sample, double share) {
  std::vector<double> sorted{sample.begin(), sample.end()};
  std::ranges::sort(sorted);
  return quantile_of_sorted(sorted, share);
}

double normal_share(double z) { return 0.5 * std::erfc(-z / std::sqrt(2.0)); }

double normal_quantile(double share) {
  expects(share > 0 && share < 1);
  constexpr double tail = 0.02425;
  if (share > 1 - tail)
    return -normal_quantile(1 - share);
  double z = 0;
  if (share < tail) {
    const double q = std::sqrt(-2 * std::log(share));
    z = (((((-7.784894002430293e-03 * q - 3.223964580411365e-01) * q - 2.400758277161838) * q -
           2.549732539343734) *
              q +
          4.374664141464968) *
             q +
         2.938163982698783) /
        ((((7.784695709041462e-03 * q + 3.224671290700398e-01) * q + 2.445134137142996) * q +
          3.754408661907416) *
             q +
         1);
  } else {
    const double q = share - 0.5;
    const double r = q * q;
    z = (((((-3.969683028665376e+01 * r + 2.209460984245205e+02) * r - 2.759285104469687e+02) * r +
           1.383577518672690e+02) *
              r -
          3.066479806614716e+01) *
             r +
         2.506628277459239) *
        q /
        (((((-5.447609879822406e+01 * r + 1.615858368580409e+02) * r - 1.556989798598866e+02) * r +
           6.680131188771972e+01) *
              r -
          1.328068155288572e+01) *
             r +
         1);
  }
  const double error = normal_share(z) - share;
  const double step = error * std::sqrt(2 * 3.14159265358979323846) * std::exp(z * z / 2);
  return z - step / (1 + z * step / 2);
}

interval bootstrap_mean(std::span<const double> sample, const bootstrap_options& options) {
  expects(options.resamples > 1 && options.confidence > 0 && options.confidence < 1);
  if (sample.size() < 2)
    return {};
  const auto [least, most] = std::ranges::minmax(sample);
  if (least == most)
    return {least, most};
  const std::vector<double> means = resampled_means(sample, options);
  const double tail = (1 - options.confidence) / 2;
  if (options.kind == bootstrap_kind::percentile)
    return {quantile_of_sorted(means, tail), quantile_of_sorted(means, 1 - tail)};
  const double bias = bias_of(means, mean_of(sample));
  const double acceleration = acceleration_of(sample);
  const auto adjusted = [bias, acceleration](double share) {
    const double shifted = bias + normal_quantile(share);
    return normal_share(bias + shifted / (1 - acceleration * shifted));
  };
  return {quantile_of_sorted(means, adjusted(tail)), quantile_of_sorted(means, adjusted(1 - tail))};
}

double horizon_of(std::span<const censored> sample) {
  double horizon = std::numeric_limits<double>::infinity();
  for (const censored& one : sample)
    if (!one.reached)
      horizon = std::min(horizon, one.time);
  return horizon;
}

std::vector<double> restricted(std::span<const censored> sample, double horizon) {
  std::vector<double> times;
  times.reserve(sample.size());
  for (const censored& one : sample)
    times.push_back(std::min(one.time, horizon));
  return times;
}

pair_counts compare_pairs(std::span<const censored> left, std::span<const censored> right) {
  expects(left.size() == right.size());
  pair_counts counts;
  for (std::size_t i = 0; i < left.size(); ++i) {
    const censored& a = left[i];
    const censored& b = right[i];
    // A run followed for t without the event comes after every event up to t.
    if (a.reached && b.reached && a.time == b.time)
      ++counts.equal;
    else if (a.reached && a.time <= b.time)
      ++counts.sooner;
    else if (b.reached && b.time <= a.time)
      ++counts.later;
    else
      ++counts.unknown;
  }
  return counts;
}

std::vector<double> smoothed(std::span<const double> values, index window) {
  expects(window >= 1);
  std::vector<double> means(values.size(), missing);
  std::deque<double> recent;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isnan(values[i]))
      continue;
    recent.push_back(values[i]);
    if (std::ssize(recent) > window)
      recent.pop_front();
    means[i] = std::accumulate(recent.begin(), recent.end(), 0.0) /
               static_cast<double>(recent.size());
  }
  return means;
}

}  // namespace echelon::experiments
