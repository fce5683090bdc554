#include "algorithms/compression/selection/selection.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "algorithms/base/contract.hpp"
#include "algorithms/base/hash.hpp"
#include "algorithms/compression/selection/candidates.hpp"
#include "algorithms/compression/selection/magnitude.hpp"
#include "algorithms/compression/selection/pivot.hpp"

namespace echelon::compression {
namespace {

/// Below this a histogram costs less than a sample.
constexpr index worth_sampling = 32'768;
constexpr index any_number = std::numeric_limits<index>::max();

/// One value out of each of `size` equal stretches, so that no part of the vector is left out; at
/// hashed places, so that no period of the vector can hide from it.
std::vector<float> sample(std::span<const float> values, index size) {
  std::vector<float> drawn(slot(size));
  const index width = std::ssize(values) / size;
  for (index i = 0; i < size; ++i) {
    const auto within = hash_combine(0, static_cast<std::uint64_t>(i));
    drawn[slot(i)] = values[slot(i * width) + within % static_cast<std::uint64_t>(width)];
  }
  return drawn;
}

/// Where collecting starts so that the `count` largest are very likely among what is collected.
struct guess {
  std::uint32_t least;  ///< magnitude; at least 1
  index most;           ///< candidates, ties with `least` apart: if there are more, it misled
};

std::optional<guess> guess_least(std::span<const float> values, index count) {
  if (std::ssize(values) < worth_sampling)
    return std::nullopt;
  const index size = std::clamp<index>(std::ssize(values) / 256, 4096, 32'768);
  const double each = static_cast<double>(values.size()) / static_cast<double>(size);
  const double expected = static_cast<double>(count) / each;
  // The rank in the sample scatters by less than its root.
  const auto rank = static_cast<index>(expected + 4 * std::sqrt(expected) + 8);
  if (rank >= size)
    return std::nullopt;
  const auto most = each * (static_cast<double>(rank) + 6 * std::sqrt(rank) + 24);
  const pivot here = find_pivot(sample(values, size), rank);
  return guess{std::max(here.magnitude, 1U), static_cast<index>(most)};
}

/// At least the `count` largest, as far as they are not zero; nothing where the sample misled.
std::optional<selection> guess_largest(std::span<const float> values, index count,
                                       const scan_kernels& scan) {
  const auto start = guess_least(values, count);
  if (!start)
    return std::nullopt;
  // Of those that tie with the least, more than `count` are never needed.
  selection candidates = collect(values, {start->least, count}, start->most + count, scan);
  const bool misled = candidates.size() > start->most + count ||
                      (candidates.size() < count && start->least > 1);
  return misled ? std::nullopt : std::optional{std::move(candidates)};
}

/// The magnitude of the least float that is not below the threshold; 1 for 0.
std::uint32_t least_magnitude(double threshold) {
  auto least = static_cast<float>(threshold);
  if (least < threshold)
    least = std::nextafter(least, std::numeric_limits<float>::infinity());
  return std::max(magnitude_of(least), 1U);
}

}  // namespace

result<selection> select_largest(std::span<const float> values, index count,
                                 const scan_kernels& scan) {
  expects(count >= 0);
  if (count == 0) {
    ECHELON_CHECK(check_finite(values, scan));
    return selection{};
  }
  if (count >= std::ssize(values))
    return finite(collect(values, {}, any_number, scan));
  auto chosen = guess_largest(values, count, scan);
  if (!chosen) {
    const pivot least = find_pivot(values, count);
    const index ties = least.magnitude == 0 ? 0 : count - least.larger;
    chosen = collect(values, {least.magnitude, ties}, any_number, scan);
  }
  // Whatever is not finite is larger than anything else.
  ECHELON_TRY(selection largest, finite(*std::move(chosen)));
  keep_largest(largest, count);
  return largest;
}

result<selection> select_above(std::span<const float> values, double threshold, index most,
                               const scan_kernels& scan) {
  expects(threshold >= 0);
  const std::uint32_t least = std::min(least_magnitude(threshold), infinite_magnitude);
  // Beyond this it is cheaper to look for the largest straight away.
  const index burst = most > 0 ? 4 * most + worth_sampling : any_number;
  selection reaching = collect(values, {least - 1, 0}, burst, scan);
  if (reaching.size() > burst)
    return select_largest(values, most, scan);
  ECHELON_TRY(selection chosen, finite(std::move(reaching)));
  if (most > 0)
    keep_largest(chosen, most);
  return chosen;
}

result<void> check_finite(std::span<const float> values, const scan_kernels& scan) {
  if (scan.count(values, infinite_magnitude - 1) == 0)
    return {};
  return pass_on(finite(collect(values, {infinite_magnitude - 1, 0}, 1, scan)));
}

}  // namespace echelon::compression
