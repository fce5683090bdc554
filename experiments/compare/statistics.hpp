#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "algorithms/base/types.hpp"

namespace echelon::experiments {

/// What marks "no value" in a column of numbers: an evaluation that did not take place.
inline constexpr double missing = std::numeric_limits<double>::quiet_NaN();

/// Errors: none; an empty sample has the mean `missing`. Cost: O(n).
double mean_of(std::span<const double> sample);

/// Square root of the unbiased variance; `missing` for fewer than two values.
double deviation_of(std::span<const double> sample);

/// Quantile by linear interpolation between order statistics (type 7 of Hyndman and Fan 1996).
/// Shapes: `sorted` ascending; `share` in [0, 1]. An empty sample has the quantile `missing`.
double quantile_of_sorted(std::span<const double> sorted, double share);

/// The same for values in any order. Cost: O(n log n).
double quantile_of(std::span<const double> sample, double share);

/// Standard normal distribution function and its inverse (share in (0, 1)).
/// Source: erfc of the C library; the inverse is Acklam's rational start and one Halley step.
double normal_share(double z);
double normal_quantile(double share);

struct interval {
  double low = missing;
  double high = missing;
};

enum class bootstrap_kind : unsigned char { percentile, bca };

struct bootstrap_options {
  bootstrap_kind kind = bootstrap_kind::bca;
  double confidence = 0.95;
  index resamples = 10'000;
  std::uint64_t seed = 1;  ///< equal seeds give equal intervals
};

/// Bootstrap interval of the mean. Fewer than two values give no interval; equal values give a
/// point. Cost: O(resamples n). Source: Efron, "Better bootstrap confidence intervals", JASA 1987.
interval bootstrap_mean(std::span<const double> sample, const bootstrap_options& options = {});

/// A time to an event, or the time after which we stopped looking.
struct censored {
  double time = 0;      ///< of the event; where it never came, how long the run was followed
  bool reached = true;  ///< false: the event had not come by then
};

/// The longest horizon over which all of `sample` is known: the shortest time of those that did not
/// reach the event; infinite if all did.
double horizon_of(std::span<const censored> sample);

/// min(time, horizon). Known exactly for every horizon up to `horizon_of` the sample, which makes
/// the mean of it (the restricted mean) free of guesses about what came later.
std::vector<double> restricted(std::span<const censored> sample, double horizon);

/// How pairs of times compare, where it is known.
struct pair_counts {
  index sooner = 0;  ///< left came before right, for certain
  index later = 0;   ///< right came before left, for certain
  index equal = 0;
  index unknown = 0;  ///< censoring leaves it open
};

/// Shapes: as many of one as of the other, pair by pair.
pair_counts compare_pairs(std::span<const censored> left, std::span<const censored> right);

/// Trailing mean over at most `window` values; `missing` values are skipped and stay missing.
/// At the start the window holds what there is.
std::vector<double> smoothed(std::span<const double> values, index window);

}  // namespace echelon::experiments
