// The baseline of x86-64, without run-time dispatch and without fused multiply-adds: the same bits everywhere.
#define ECHELON_VECTOR_BYTES 16
#include "algorithms/learning/kernels/portable_kernels.hpp"

#include "algorithms/learning/kernels/vector_functions.hpp"
#include "algorithms/learning/kernels/vector_product.hpp"

namespace echelon::learning::kernels {
namespace {

template <class Scalar>
class portable_kernels final : public kernel_set<Scalar> {
public:
  void multiply(const product<Scalar>& task) const override { multiply_blocked(task); }
  void exponential(const Scalar* x, Scalar* y, index count) const override {
    kernels::exponential(x, y, count);
  }
};

}  // namespace

template <class Scalar>
const kernel_set<Scalar>& portable() {
  static const portable_kernels<Scalar> only;
  return only;
}

template const kernel_set<float>& portable<float>();
template const kernel_set<double>& portable<double>();

}  // namespace echelon::learning::kernels
