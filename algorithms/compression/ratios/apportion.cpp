#include "algorithms/compression/ratios/apportion.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace echelon::compression {
namespace {

/// Senders by what they still lack of their shares, the most first (or the least, for sign -1).
std::vector<std::size_t> by_lack(std::span<const double> shares,
                                 std::span<const std::int64_t> given, double sign) {
  std::vector<std::size_t> order(shares.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, [&](std::size_t left, std::size_t right) {
    return sign * (shares[left] - static_cast<double>(given[left])) >
           sign * (shares[right] - static_cast<double>(given[right]));
  });
  return order;
}

}  // namespace

std::vector<std::int64_t> apportion(std::span<const double> shares, std::int64_t least,
                                    std::int64_t most) {
  std::vector<std::int64_t> given(shares.size());
  std::ranges::transform(shares, given.begin(), [=](double share) {
    const double down = std::clamp(std::floor(share), static_cast<double>(least),
                                   static_cast<double>(most));
    return static_cast<std::int64_t>(down);
  });
  const std::int64_t total = std::llround(std::accumulate(shares.begin(), shares.end(), 0.0));
  std::int64_t left = total - std::accumulate(given.begin(), given.end(), std::int64_t{0});
  while (left != 0) {
    const std::int64_t step = left > 0 ? 1 : -1;
    const std::int64_t before = left;
    for (const std::size_t i : by_lack(shares, given, static_cast<double>(step))) {
      const bool bounded = given[i] == (step > 0 ? most : least);
      if (left == 0 || bounded)
        continue;
      given[i] += step;
      left -= step;
    }
    if (left == before)
      break;  // everybody is at a bound
  }
  return given;
}

}  // namespace echelon::compression
