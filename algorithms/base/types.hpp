#pragma once

#include <cstddef>

namespace echelon {

/// Sizes and indices are signed; the same type as Eigen::Index.
using index = std::ptrdiff_t;

/// The element type of parameters and gradients, chosen by `runtime.precision`.
enum class precision : unsigned char { single, double_ };

}  // namespace echelon
