#pragma once

#include "algorithms/base/matrix.hpp"
#include "algorithms/coding/gradient_code.hpp"

namespace echelon::coding {

/// The N x K encoding matrix, for tests and reports. For a code that cuts vectors, a row for every
/// stack of a message and a column for every block of a part. Cost: O(N K) memory.
matrix encoding_matrix(const gradient_code& code);

}  // namespace echelon::coding
