#pragma once

#include <span>
#include <vector>

#include "algorithms/base/types.hpp"

namespace echelon::coding {

/// The parts one sender is to add up.
struct mask {
  index sender = 0;
  std::vector<index> parts;  ///< ascending

  bool operator==(const mask&) const = default;
};

/// Deals each of the `wanted` parts (ascending) to one sender that has finished it, by greedy set
/// cover so that few senders need answer, and among those evenly. `finished[i]` are sender i's
/// parts. Masks are ascending by sender; none where some part is finished nowhere. Ties go to the
/// lower number. Cost: O(C sum |finished|) for C masks.
std::vector<mask> choose_masks(std::span<const index> wanted,
                               std::span<const std::vector<index>> finished);

}  // namespace echelon::coding
