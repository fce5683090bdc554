#include "experiments/report/svg_scale.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "algorithms/base/contract.hpp"

namespace echelon::experiments {
namespace {

constexpr double linear_ticks = 5;

/// The smallest of 1, 2, 5 times a power of ten that is not below `rough`.
double nice_step(double rough) {
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  for (const double factor : {1.0, 2.0, 5.0})
    if (factor * power >= rough * (1 - 1e-9))
      return factor * power;
  return 10 * power;
}

}  // namespace

std::string tick_text(double number) {
  const double size = std::abs(number);
  if (size < 1e-12)
    return "0";
  if (size >= 1e12 || size < 1e-4)
    return fmt::format("{:.3g}", number);
  if (size >= 1e9)
    return fmt::format("{:.4g}G", number / 1e9);
  if (size >= 1e6)
    return fmt::format("{:.4g}M", number / 1e6);
  return size >= 1e4 ? fmt::format("{:.4g}k", number / 1e3) : fmt::format("{:.4g}", number);
}

svg_scale::svg_scale(kind shape, double least, double most, bool widen)
    : shape_(shape), least_(least), most_(most) {
  expects(std::isfinite(least) && std::isfinite(most) && least <= most);
  expects(shape == kind::linear || least > 0);
  shape == kind::linear ? make_linear(widen) : make_logarithmic(widen);
}

void svg_scale::make_linear(bool widen) {
  // Relative to the size of the values, a range below rounding is no range.
  if (most_ - least_ <= 1e-12 * std::max(std::abs(least_), std::abs(most_))) {
    const double margin = least_ == 0 ? 1.0 : 0.1 * std::abs(least_);
    least_ -= margin;
    most_ += margin;
  }
  const double step = nice_step((most_ - least_) / linear_ticks);
  if (widen) {
    least_ = std::floor(least_ / step + 1e-9) * step;
    most_ = std::ceil(most_ / step - 1e-9) * step;
  }
  const double first = std::ceil(least_ / step - 1e-9);
  const double last = std::floor(most_ / step + 1e-9);
  for (double k = first; k <= last; ++k)
    ticks_.push_back({k * step, tick_text(std::abs(k) < 0.5 ? 0.0 : k * step)});
}

void svg_scale::make_logarithmic(bool widen) {
  if (most_ < least_ * 1.01) {
    least_ /= 2;
    most_ *= 2;
  }
  const double decades = std::log10(most_ / least_);
  const std::vector<double> factors = decades <= 2.5 ? std::vector{1.0, 2.0, 5.0}
                                                     : std::vector{1.0};
  const double stride = std::ceil(decades / 8);
  std::vector<double> candidates;
  for (double power = std::floor(std::log10(least_)); power <= std::ceil(std::log10(most_));
       power += stride)
    for (const double factor : factors)
      candidates.push_back(factor * std::pow(10.0, power));
  if (widen) {
    const auto above = std::ranges::lower_bound(candidates, most_ * (1 - 1e-9));
    const auto below = std::ranges::upper_bound(candidates, least_ * (1 + 1e-9));
    most_ = above == candidates.end() ? most_ : *above;
    least_ = below == candidates.begin() ? least_ : *std::prev(below);
  }
  for (const double candidate : candidates)
    if (candidate >= least_ * (1 - 1e-9) && candidate <= most_ * (1 + 1e-9))
      ticks_.push_back({candidate, tick_text(candidate)});
}

double svg_scale::share(double number) const {
  const double along = shape_ == kind::linear
                           ? (number - least_) / (most_ - least_)
                           : std::log(std::max(number, least_) / least_) / std::log(most_ / least_);
  return std::clamp(along, 0.0, 1.0);
}

}  // namespace echelon::experiments
