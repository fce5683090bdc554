#pragma once

#include "algorithms/base/matrix.hpp"
#include "algorithms/coding/gradient_code.hpp"

namespace echelon::coding {

/// The N x K encoding matrix, for tests and reports. Cost: O(N K) memory.
matrix encoding_matrix(const gradient_code& code);

}  // namespace echelon::coding
