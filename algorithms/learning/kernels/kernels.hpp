#pragma once

#include <span>

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

/// One position of a convolution's window: where its weight is within the window, and where it reads.
struct tap {
  index weight;
  index pixel;  ///< of the input, for the first pixel of a run of outputs
};

/// The part of a convolution that outputs a run of neighbouring pixels:
/// out[r][i] = sum over taps t and channels c of weights[r][c][t] * input[c][t + i], added to `out` or
/// replacing it. A pixel is `stride` numbers, one per sample; i runs over `pixels` of them.
template <class Scalar>
struct tap_run {
  std::span<const tap> taps;
  index rows, channels, pixels, stride;
  const Scalar* weights;
  index weight_row_step, weight_channel_step;
  const Scalar* input;
  index input_step;  ///< from channel to channel
  Scalar* out;
  index out_step;  ///< from row to row
  bool accumulate = false;
};

/// The same run's part of the weights' gradient: weights[r][c][t] += sum over i of out[r][i] * input[c][t + i].
template <class Scalar>
struct tap_gradient {
  std::span<const tap> taps;
  index rows, channels, pixels, stride;
  Scalar* weights;
  index weight_row_step, weight_channel_step;
  const Scalar* input;
  index input_step;
  const Scalar* out;
  index out_step;
};

/// The arithmetic that is worth a CPU's own instructions. Counts of elements are multiples of
/// `sample_padding`; sums run in an order that depends on the shapes alone.
template <class Scalar>
class kernel_set {
public:
  virtual ~kernel_set() = default;
  virtual void multiply(const product<Scalar>& task) const = 0;
  virtual void convolve(const tap_run<Scalar>& task) const = 0;
  virtual void correlate(const tap_gradient<Scalar>& task) const = 0;
  virtual Scalar sum(const Scalar* x, index count) const = 0;
  // y = f(x) for each element, within a few ulp; x and y may be the same.
  virtual void exponential(const Scalar* x, Scalar* y, index count) const = 0;
  virtual void hyperbolic_tangent(const Scalar* x, Scalar* y, index count) const = 0;
  virtual void logistic(const Scalar* x, Scalar* y, index count) const = 0;
};

template <class Scalar>
const kernel_set<Scalar>& kernels_for(math_mode math);

}  // namespace echelon::learning::kernels
