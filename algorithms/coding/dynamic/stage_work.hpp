#pragma once

#include <span>
#include <vector>

#include "algorithms/coding/code_round.hpp"

namespace echelon::coding {

/// A sender that can take on work in the middle of a round.
struct helper {
  index sender = 0;
  double speed = 1;  ///< parts per second, greater than 0
};

struct helper_row {
  index sender = 0;
  std::vector<coded_part> parts;
};

/// Deals the `missing` parts, times their coefficients, so that any s of the helpers may stay
/// silent and the others' rows still give the sum; s is lowered to H - 1. Where the helpers fill
/// groups of s+1, all of a group send the same plain sum; otherwise runs on a circle are coded by
/// the polynomial kernel. Shares follow the speeds; helpers for whom nothing is left, the slowest,
/// stay idle. Cost: O(R s^2 + H^2). Source: specification 7.5 (reconstruction).
std::vector<helper_row> share_out(std::span<const coded_part> missing,
                                  std::span<const helper> helpers, index stragglers);

}  // namespace echelon::coding
