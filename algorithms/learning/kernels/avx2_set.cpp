// Compiled with -mavx2 -mfma.
#define ECHELON_VECTOR_BYTES 32
#include "algorithms/learning/kernels/vector_kernel_set.hpp"
#include "algorithms/learning/kernels/vector_sets.hpp"

namespace echelon::learning::kernels {

template <class Scalar>
const kernel_set<Scalar>& avx2_set() {
  static const vector_kernel_set<Scalar> only;
  return only;
}

template const kernel_set<float>& avx2_set<float>();
template const kernel_set<double>& avx2_set<double>();

}  // namespace echelon::learning::kernels
