// The baseline of x86-64, without fused multiply-adds: the same bits on every machine.
#define ECHELON_VECTOR_BYTES 16
#include "algorithms/learning/kernels/vector_kernel_set.hpp"
#include "algorithms/learning/kernels/vector_sets.hpp"

namespace echelon::learning::kernels {

template <class Scalar>
const kernel_set<Scalar>& baseline_set() {
  static const vector_kernel_set<Scalar> only;
  return only;
}

template const kernel_set<float>& baseline_set<float>();
template const kernel_set<double>& baseline_set<double>();

}  // namespace echelon::learning::kernels
