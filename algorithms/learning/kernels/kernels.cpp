#include "algorithms/learning/kernels/kernels.hpp"

#include <cblas.h>
#include <fmt/format.h>

#include "algorithms/learning/kernels/portable_kernels.hpp"

namespace echelon::learning {
namespace kernels {
namespace {

template <class Scalar>
CBLAS_TRANSPOSE order_of(const matrix_view<Scalar>& factor) {
  return factor.column_step == 1 ? CblasNoTrans : CblasTrans;
}

template <class Scalar>
int leading_dimension(const matrix_view<Scalar>& factor, index rows, index columns) {
  // A factor of one row or column may have any step; BLAS still wants one that could be real.
  const index step = factor.column_step == 1 ? factor.row_step : factor.column_step;
  return static_cast<int>(std::max(step, factor.column_step == 1 ? columns : rows));
}

/// Matrix products by BLAS, which picks its kernels for the CPU it runs on; the rest as in `portable`.
template <class Scalar>
class blas_kernels final : public kernel_set<Scalar> {
public:
  blas_kernels() { openblas_set_num_threads(1); }

  void multiply(const product<Scalar>& task) const override {
    const auto call = [&task](auto gemm) {
      gemm(CblasRowMajor, order_of(task.left), order_of(task.right), static_cast<int>(task.rows),
           static_cast<int>(task.columns), static_cast<int>(task.depth), Scalar{1}, task.left.data,
           leading_dimension(task.left, task.rows, task.depth), task.right.data,
           leading_dimension(task.right, task.depth, task.columns),
           static_cast<Scalar>(task.accumulate ? 1 : 0), task.out,
           static_cast<int>(task.out_step));
    };
    if constexpr (std::is_same_v<Scalar, float>)
      call(cblas_sgemm);
    else
      call(cblas_dgemm);
  }
  void exponential(const Scalar* x, Scalar* y, index count) const override {
    portable<Scalar>().exponential(x, y, count);
  }
};

}  // namespace

template <class Scalar>
const kernel_set<Scalar>& kernels_for(math_mode math) {
  static const blas_kernels<Scalar> native;
  return math == math_mode::native ? native : portable<Scalar>();
}

template const kernel_set<float>& kernels_for<float>(math_mode);
template const kernel_set<double>& kernels_for<double>(math_mode);

}  // namespace kernels

std::string math_description(math_mode math) {
  if (math == math_mode::portable)
    return "portable";
  kernels::kernels_for<float>(math);
  // openblas_get_config has the version first; the rest are build options.
  const std::string configuration = openblas_get_config();
  const auto version_end = configuration.find(' ', configuration.find(' ') + 1);
  return fmt::format("{} {}", configuration.substr(0, version_end), openblas_get_corename());
}

}  // namespace echelon::learning
