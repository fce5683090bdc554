#pragma once

#include <vector>

#include "algorithms/coding/gradient_code.hpp"

namespace echelon::coding {

/// The sum over those senders that take part in a round, one part each; the others have no work and
/// are not waited for. Cost: O(senders).
gradient_code_ptr plain_sum(const std::vector<bool>& taking_part);

}  // namespace echelon::coding
