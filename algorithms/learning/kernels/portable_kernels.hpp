#pragma once

#include "algorithms/learning/kernels/kernels.hpp"

namespace echelon::learning::kernels {

/// Fixed kernels: the same bits on every x86-64 machine.
template <class Scalar>
const kernel_set<Scalar>& portable();

}  // namespace echelon::learning::kernels
