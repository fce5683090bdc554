#pragma once

#include <span>

namespace echelon {

/// Jain's index of fairness, (sum x)^2 / (n sum x^2): 1 where all are equal, 1/n where one has
/// everything; 1 for none. Source: Jain, Chiu, Hawe 1984.
constexpr double jain_index(std::span<const double> shares) {
  double sum = 0;
  double squares = 0;
  for (const double share : shares) {
    sum += share;
    squares += share * share;
  }
  return squares > 0 ? sum * sum / (static_cast<double>(shares.size()) * squares) : 1;
}

}  // namespace echelon
