#pragma once

#include <string>

#include "algorithms/base/types.hpp"
#include "algorithms/learning/model.hpp"

namespace echelon::learning::kernels {

/// Rows of activations are padded to a multiple of this many samples, so that no kernel has a tail.
inline constexpr index sample_padding = 16;

constexpr index padded(index samples) {
  return (samples + sample_padding - 1) / sample_padding * sample_padding;
}

/// A matrix in memory: element (r, c) is at data[r * row_step + c * column_step]. One of the steps is 1.
template <class Scalar>
struct matrix_view {
  const Scalar* data;
  index row_step;
  index column_step = 1;

  matrix_view transposed() const { return {data, column_step, row_step}; }
};

/// out (rows x columns) = left (rows x depth) * right (depth x columns), added to `out` or replacing it.
template <class Scalar>
struct product {
  index rows, columns, depth;
  matrix_view<Scalar> left, right;
  Scalar* out;
  index out_step;
  bool accumulate = false;
};

/// The arithmetic that is worth a CPU's own instructions. Counts of elements are multiples of
/// `sample_padding`; sums run in an order that depends on the shapes alone.
template <class Scalar>
class kernel_set {
public:
  virtual ~kernel_set() = default;
  virtual void multiply(const product<Scalar>& task) const = 0;
  /// y = exp(x), within 2 ulp; x is clamped to where the result is a normal number.
  virtual void exponential(const Scalar* x, Scalar* y, index count) const = 0;
};

template <class Scalar>
const kernel_set<Scalar>& kernels_for(math_mode math);

}  // namespace echelon::learning::kernels
