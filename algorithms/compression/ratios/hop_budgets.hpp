#pragma once

#include <span>
#include <vector>

namespace echelon::compression {

/// One hop of a hierarchy: who sends on it, how much their data weigh, and what its link costs.
struct hop {
  std::vector<double> weights;      ///< of the hop's senders, in the whole: p_j, or a group's sum
  std::vector<double> divergences;  ///< of each from its parent on this hop; empty: all 1
  double price = 1;  ///< of a whole vector on this link, over a round: seconds, or bits, or money
};

/// The mean ratio of each hop, so that together they cost `budget` times what whole vectors would,
/// and the sum of the hops' refined factors psi^2 is least: a hop's psi^2 is A / S^2, with A =
/// (sum (weight divergence)^(2/3))^3 and S the sum of its ratios, so S ~ (A / price)^(1/3), and at
/// most 1 for each sender. Within a hop `dagc-r` divides S. Source: reconstruction.
std::vector<double> hop_budgets(std::span<const hop> hops, double budget);

}  // namespace echelon::compression
