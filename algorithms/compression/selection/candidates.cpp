#include "algorithms/compression/selection/candidates.hpp"

#include <algorithm>
#include <array>

#include "algorithms/base/contract.hpp"
#include "algorithms/compression/selection/magnitude.hpp"
#include "algorithms/compression/selection/pivot.hpp"

namespace echelon::compression {
namespace {

/// Values scanned at once: what is found of them stays in the first-level cache.
constexpr std::size_t stretch = 2048;

}  // namespace

selection collect(std::span<const float> values, bounds wanted, index most,
                  const scan_kernels& scan) {
  expects(values.size() <= std::size_t{1} << 32);
  std::array<std::uint32_t, stretch> indices;
  std::array<float, stretch> kept;
  selection chosen;
  for (std::size_t start = 0; start < values.size() && chosen.size() <= most; start += stretch) {
    const auto some = values.subspan(start, std::min(stretch, values.size() - start));
    const bool ties = wanted.ties > 0;
    const index found = scan.collect(some, ties ? wanted.below - 1 : wanted.below,
                                     static_cast<std::uint32_t>(start),
                                     {indices.data(), kept.data()});
    chosen.indices.insert(chosen.indices.end(), indices.begin(), indices.begin() + found);
    chosen.values.insert(chosen.values.end(), kept.begin(), kept.begin() + found);
    if (ties)
      narrow(chosen, wanted, chosen.indices.size() - slot(found));
  }
  return chosen;
}

void narrow(selection& chosen, bounds& wanted, std::size_t start) {
  std::size_t left = start;
  for (std::size_t i = start; i < chosen.indices.size(); ++i) {
    const std::uint32_t magnitude = magnitude_of(chosen.values[i]);
    const bool tie = magnitude == wanted.below && wanted.ties > 0;
    wanted.ties -= tie ? 1 : 0;
    chosen.indices[left] = chosen.indices[i];
    chosen.values[left] = chosen.values[i];
    left += magnitude > wanted.below || tie ? 1 : 0;
  }
  chosen.indices.resize(left);
  chosen.values.resize(left);
}

void keep_largest(selection& chosen, index count) {
  if (count >= chosen.size())
    return;
  if (count == 0) {
    chosen = {};
    return;
  }
  const pivot least = find_pivot(chosen.values, count);
  bounds wanted{least.magnitude, count - least.larger};
  narrow(chosen, wanted);
}

result<selection> finite(selection chosen) {
  for (std::size_t i = 0; i < chosen.indices.size(); ++i)
    if (magnitude_of(chosen.values[i]) >= infinite_magnitude)
      return fail(errc::bad_input, "value {} of a vector to compress is {}", chosen.indices[i],
                  chosen.values[i]);
  return chosen;
}

}  // namespace echelon::compression
