#pragma once

#include <cstdint>
#include <limits>
#include <numeric>
#include <span>
#include <string_view>
#include <vector>

#include "algorithms/base/portable_math.hpp"
#include "algorithms/base/types.hpp"

namespace echelon {

/// A reproducible stream of random numbers, split from a seed by purpose and two coordinates.
///
/// Equal arguments give equal streams on every x86-64 machine, whatever the math library; different
/// arguments give independent ones. Two families use it (architecture section 3):
///   data draws         (purpose, round, part): never by node, so that replicas of a part agree
///   environment draws  (purpose, node or link, round): unit variates, scaled by the load
///   afterwards
/// Source: xoshiro256++ (Blackman, Vigna 2018), seeded by splitmix64 over the arguments.
class random_stream {
public:
  using result_type = std::uint64_t;

  random_stream(std::uint64_t seed, std::string_view purpose, std::uint64_t first = 0,
                std::uint64_t second = 0);

  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return std::numeric_limits<result_type>::max(); }
  result_type operator()();

  /// In [0, 1), 53 bits.
  double uniform();
  double uniform(double least, double most) { return least + (most - least) * uniform(); }
  /// Mean 1, variance 1; always finite and not negative.
  double exponential();
  /// Mean 0, variance 1.
  double normal();
  /// Gamma with the given shape (> 0) and scale 1. Source: Marsaglia, Tsang 2000.
  double gamma(double shape);
  bool bernoulli(double probability) { return uniform() < probability; }
  /// Tries until the first success, 1, 2, ...; `failure` in [0, 1). At most 1e6.
  index geometric(double failure);
  /// In [0, count), unbiased; count > 0.
  index below(index count);

  /// Fisher-Yates.
  template <class T>
  void shuffle(std::span<T> items) {
    for (index last = std::ssize(items) - 1; last > 0; --last)
      std::swap(items[static_cast<std::size_t>(last)],
                items[static_cast<std::size_t>(below(last + 1))]);
  }

private:
  std::uint64_t state_[4];
};

/// 0, 1, ..., count - 1 in random order. Cost: O(count).
std::vector<index> permutation(random_stream& random, index count);

/// `chosen` different members of 0 ... count - 1, in random order. Cost: O(chosen) expected.
std::vector<index> sample_without_replacement(random_stream& random, index count, index chosen);

}  // namespace echelon
