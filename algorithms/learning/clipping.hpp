#pragma once

#include "algorithms/base/block.hpp"

namespace echelon::learning {

/// Euclidean norm, summed in double in one fixed order: the same bits in every build.
double norm(const block_builder& gradient);

/// Scales the gradient down to the norm `norm_max` where it is longer; 0: never. Returns the norm
/// it had.
double clip(block_builder& gradient, double norm_max);

}  // namespace echelon::learning
