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

/// A matrix in memory: element (r, c) is at data[r * row_step + c * column_step]. One of the steps
/// is 1.
template <class Scalar>
struct matrix_view {
  const Scalar* data;
  index row_step;
  index column_step = 1;

  matrix_view transposed() const { return {data, column_step, row_step}; }
};

/// out (rows x columns) = left (rows x depth) * right (depth x columns), added to `out` or
/// replacing it.
template <class Scalar>
struct product {
  index rows, columns, depth;
  matrix_view<Scalar> left, right;
  Scalar* out;
  index out_step;
  bool accumulate = false;
};

/// One position of a window: where its weight is within the window, and the pixel it reads, counted
/// from the pixel where its run starts.
struct tap {
  index weight;
  index pixel;
};

/// Where a run of neighbouring pixels starts in the output and in the input.
struct run_start {
  index out;
  index in;
};

/// Images in memory: pixel p of channel c is `stride` numbers, one per sample, from data[c * step +
/// p * stride].
template <class Scalar>
struct image_view {
  Scalar* data;
  index step;
};

/// The part of a convolution that outputs a run of pixels: out[r][i] = sum over taps t and channels
/// c of weights[r][c][t] * input[c][t + i], added to `out` or replacing it.
template <class Scalar>
struct tap_run {
  std::span<const tap> taps;
  run_start start;
  index rows, channels, pixels, stride;
  const Scalar* weights;
  index weight_row_step, weight_channel_step;
  image_view<const Scalar> input;
  image_view<Scalar> out;
  bool accumulate = false;
};

/// The same for runs that share their taps and length, towards the weights' gradient:
/// weights[r][c][t] += sum over runs and i of out[r][i] * input[c][t + i].
template <class Scalar>
struct tap_gradient {
  std::span<const tap> taps;
  std::span<const run_start> starts;
  index rows, channels, pixels, stride;
  Scalar* weights;
  index weight_row_step, weight_channel_step;
  image_view<const Scalar> input;
  image_view<const Scalar> out;
};

/// The part of a max pool that outputs a run of pixels of one channel.
template <class Scalar>
struct pool_run {
  std::span<const tap> taps;
  index pixels, stride;
};

/// The two largest of a row, the first of equals first.
template <class Scalar>
struct largest_two {
  Scalar first, second;
  index first_at = -1, second_at = -1;
};

/// The arithmetic that is worth a CPU's own instructions. Counts of elements are multiples of
/// `sample_padding`, but for the scans of an assignment; sums run in an order that depends on the
/// shapes alone.
template <class Scalar>
class kernel_set {
public:
  virtual ~kernel_set() = default;
  virtual void multiply(const product<Scalar>& task) const = 0;
  virtual void convolve(const tap_run<Scalar>& task) const = 0;
  virtual void correlate(const tap_gradient<Scalar>& task) const = 0;
  /// out[i] = the largest in[t + i] over taps t, winner[i] = the number of the first such tap.
  virtual void find_largest(const pool_run<Scalar>& run, const Scalar* in, Scalar* out,
                            Scalar* winner) const = 0;
  /// in[t + i] += out[i] for the tap t that winner[i] names.
  virtual void return_to_largest(const pool_run<Scalar>& run, const Scalar* out,
                                 const Scalar* winner, Scalar* in) const = 0;
  /// y = max(x, 0), and its gradient: down = up where y is positive, else 0.
  virtual void rectify(const Scalar* x, Scalar* y, index count) const = 0;
  virtual void rectify_back(const Scalar* y, const Scalar* up, Scalar* down, index count) const = 0;
  virtual Scalar sum(const Scalar* x, index count) const = 0;
  // y = f(x) for each element, within a few ulp; x and y may be the same.
  virtual void exponential(const Scalar* x, Scalar* y, index count) const = 0;
  virtual void hyperbolic_tangent(const Scalar* x, Scalar* y, index count) const = 0;
  virtual void logistic(const Scalar* x, Scalar* y, index count) const = 0;

  // Scans of an assignment problem: any count, the same results on every CPU.
  /// best[i] = max(best[i], row[i]), and where it grew winner[i] = number. False for a row with NaN
  /// or +infinity.
  virtual bool raise(const Scalar* row, Scalar number, Scalar* best, Scalar* winner,
                     index count) const = 0;
  /// Of row[i] - price[i].
  virtual largest_two<Scalar> find_two_largest(const Scalar* row, const Scalar* price,
                                               index count) const = 0;
  /// distance[i] = min(distance[i], base - (row[i] - price[i])), and where it shrank from[i] =
  /// number. The least distance above -infinity, which marks what is done.
  virtual Scalar shorten(const Scalar* row, const Scalar* price, Scalar base, Scalar number,
                         Scalar* distance, Scalar* from, index count) const = 0;
};

template <class Scalar>
const kernel_set<Scalar>& kernels_for(math_mode math);

}  // namespace echelon::learning::kernels
