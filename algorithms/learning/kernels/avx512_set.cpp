// Compiled with -mavx512f -mavx512dq -mavx512vl -mfma.
#define ECHELON_VECTOR_BYTES 64
#include "algorithms/learning/kernels/vector_kernel_set.hpp"
#include "algorithms/learning/kernels/vector_sets.hpp"

namespace echelon::learning::kernels {

template <class Scalar>
const kernel_set<Scalar>& avx512_set() {
  static const vector_kernel_set<Scalar> only;
  return only;
}

template const kernel_set<float>& avx512_set<float>();
template const kernel_set<double>& avx512_set<double>();

}  // namespace echelon::learning::kernels
