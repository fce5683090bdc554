#include <algorithm>
#include <cmath>
#include <limits>

#include "algorithms/base/contract.hpp"
#include "algorithms/compression/selection/candidates.hpp"
#include "algorithms/compression/selection/magnitude.hpp"
#include "algorithms/compression/selection/pivot.hpp"
#include "algorithms/compression/selection/selection.hpp"

namespace echelon::compression {
namespace {

constexpr double sampled_share = 0.01;
constexpr int tries_max = 10;
constexpr double raise = 1.3, lower = 0.7;

/// The magnitude that the right share of a sample reaches.
float sampled_threshold(std::span<const float> values, index count, random_stream& draws) {
  const auto length = static_cast<double>(values.size());
  const auto size = static_cast<index>(std::ceil(sampled_share * length));
  std::vector<float> sample(slot(size));
  for (float& one : sample)
    one = values[slot(draws.below(std::ssize(values)))];
  const double rank = std::round(static_cast<double>(count) * static_cast<double>(size) / length);
  const pivot here = find_pivot(sample, std::clamp(static_cast<index>(rank), index{1}, size));
  return std::bit_cast<float>(here.magnitude);
}

}  // namespace

result<selection> select_about(std::span<const float> values, index count, random_stream& draws,
                               const scan_kernels& scan) {
  expects(count >= 0);
  ECHELON_CHECK(check_finite(values, scan));
  if (count == 0 || count >= std::ssize(values))
    return select_largest(values, count, scan);
  float threshold = sampled_threshold(values, count, draws);
  const auto wanted = static_cast<double>(count);
  for (int tries = 0; tries <= tries_max; ++tries) {
    const std::uint32_t below = std::max(magnitude_of(threshold), 1U) - 1;
    const auto found = static_cast<double>(scan.count(values, below));
    if (found >= lower * wanted && found <= raise * wanted)
      return collect(values, {below, 0}, std::ssize(values), scan);
    threshold = static_cast<float>(threshold * (found > wanted ? raise : lower));
  }
  return select_largest(values, count, scan);
}

}  // namespace echelon::compression
