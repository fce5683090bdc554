#include "algorithms/compression/ratios/message_cost.hpp"

#include <algorithm>
#include <cmath>

#include "algorithms/base/contract.hpp"

namespace echelon::compression {

message_cost::message_cost(std::int64_t length) : length_(length) { expects(length > 0); }

message_cost::message_cost(std::int64_t length, std::function<double(std::int64_t)> bits)
    : length_(length), bits_(std::move(bits)) {
  expects(length > 0);
}

double message_cost::of(std::int64_t coordinates) const {
  if (coordinates == 0)
    return 0;
  return bits_ ? bits_(coordinates) : static_cast<double>(coordinates);
}

double message_cost::of(double coordinates) const {
  if (!bits_)
    return coordinates;
  const double down = std::clamp(std::floor(coordinates), 0.0, static_cast<double>(length_ - 1));
  const auto below = static_cast<std::int64_t>(down);
  return std::lerp(of(below), of(below + 1), coordinates - down);
}

double message_cost::coordinates(double cost) const {
  if (!bits_)
    return std::min(cost, static_cast<double>(length_));
  if (cost <= 0)
    return cost / of(std::int64_t{1});
  std::int64_t low = 0, high = length_;
  while (low < high) {
    const std::int64_t middle = high - (high - low) / 2;
    if (of(middle) <= cost)
      low = middle;
    else
      high = middle - 1;
  }
  if (low == length_)
    return static_cast<double>(low);
  const double here = of(low), step = of(low + 1) - here;
  return static_cast<double>(low) + (step > 0 ? (cost - here) / step : 0.0);
}

double message_cost::whole() const {
  constexpr double bits_full = 32;
  return static_cast<double>(length_) * (bits_ ? bits_full : 1.0);
}

}  // namespace echelon::compression
