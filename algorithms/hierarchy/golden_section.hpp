#pragma once

#include <cmath>
#include <utility>

#include "algorithms/base/contract.hpp"

namespace echelon::hierarchy {

struct minimum {
  double at = 0;
  double value = 0;
};

/// The least value of a function that falls, then rises, over [least, most], both above zero: its
/// place to 1e-7 of itself, its value to rounding, as it is flat there. The search runs over
/// logarithms. Values may be +infinity from some point on.
/// Cost: 35 + 2 ln(ln(most / least)) calls.
template <class Function>
minimum golden_section(double least, double most, Function&& function) {
  expects(least > 0 && least < most);
  constexpr double kept = 0.61803398874989484820;
  constexpr double width_min = 1e-7;
  double low = std::log(least), high = std::log(most);
  const auto at = [&](double logarithm) {
    const double place = std::exp(logarithm);
    return minimum{place, function(place)};
  };
  double left_log = high - kept * (high - low), right_log = low + kept * (high - low);
  minimum left = at(left_log), right = at(right_log);
  while (high - low > width_min) {
    if (left.value <= right.value) {
      high = std::exchange(right_log, left_log);
      left_log = high - kept * (high - low);
      right = std::exchange(left, at(left_log));
    } else {
      low = std::exchange(left_log, right_log);
      right_log = low + kept * (high - low);
      left = std::exchange(right, at(right_log));
    }
  }
  return left.value <= right.value ? left : right;
}

}  // namespace echelon::hierarchy
