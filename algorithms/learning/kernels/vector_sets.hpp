#pragma once

#include "algorithms/learning/kernels/kernels.hpp"

namespace echelon::learning::kernels {

// The same kernels, each compiled for one instruction set in the source file of that name.
template <class Scalar>
const kernel_set<Scalar>& baseline_set();
template <class Scalar>
const kernel_set<Scalar>& avx2_set();
template <class Scalar>
const kernel_set<Scalar>& avx512_set();

}  // namespace echelon::learning::kernels
