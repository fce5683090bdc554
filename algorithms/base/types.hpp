#pragma once

#include <cstddef>

namespace echelon {

/// Sizes and indices are signed; the same type as Eigen::Index.
using index = std::ptrdiff_t;

/// An index, which is not negative, as the standard containers take it.
constexpr std::size_t slot(index position) { return static_cast<std::size_t>(position); }

/// The element type of parameters and gradients, chosen by `runtime.precision`.
enum class precision : unsigned char { single, double_ };

}  // namespace echelon
