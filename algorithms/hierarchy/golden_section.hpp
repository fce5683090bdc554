#pragma once

#include <cmath>
#include <utility>

#include "algorithms/base/contract.hpp"

namespace echelon::hierarchy {

struct minimum {
  double at = 0;
  double value = 0;
};

/// The least value of a function that falls, then rises, over [least, most], both above zero, to
/// about the square root of rounding in relative terms: the search runs over logarithms. Values may
/// be +infinity from some point on. Cost: about 2 log2(log(most / least)) + 80 calls.
template <class Function>
minimum golden_section(double least, double most, Function&& function) {
  expects(least > 0 && least < most);
  constexpr double kept = 0.61803398874989484820;
  constexpr double width_min = 1e-9;  // closer points differ by rounding only
  double low = std::log(least), high = std::log(most);
  minimum left{std::exp(high - kept * (high - low))};
  minimum right{std::exp(low + kept * (high - low))};
  left.value = function(left.at);
  right.value = function(right.at);
  while (high - low > width_min) {
    if (left.value <= right.value) {
      high = std::log(right.at);
      right = std::exchange(left, {std::exp(high - kept * (high - low))});
      left.value = function(left.at);
    } else {
      low = std::log(left.at);
      left = std::exchange(right, {std::exp(low + kept * (high - low))});
      right.value = function(right.at);
    }
  }
  return left.value <= right.value ? left : right;
}

}  // namespace echelon::hierarchy
