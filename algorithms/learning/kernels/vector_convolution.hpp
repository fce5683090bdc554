#pragma once

#include "algorithms/learning/kernels/vector_product.hpp"

namespace echelon::learning::kernels {
namespace {

template <class Scalar>
void convolve_run(const tap_run<Scalar>& task) {
  const index count = task.pixels * task.stride;
  for (index i = 0; i < count;) {
    const tile_sum<Scalar> sum{task.taps.data(),
                               task.taps.data() + task.taps.size(),
                               task.channels,
                               task.weights,
                               task.weight_row_step,
                               task.weight_channel_step,
                               task.input + i,
                               task.input_step,
                               task.stride,
                               task.accumulate};
    if (i + tile_columns<Scalar> <= count) {
      run_strip<Scalar, tile_vectors>(sum, task.rows, task.out + i, task.out_step);
      i += tile_columns<Scalar>;
    } else {
      // sample_padding is a multiple of every vector, but not of every pair of vectors.
      run_strip<Scalar, 1>(sum, task.rows, task.out + i, task.out_step);
      i += lane_count<Scalar>;
    }
  }
}

// Sums of products by rows and columns of this many: as many as registers hold.
constexpr unsigned dot_rows = vector_bytes == 64 ? 5 : 3;
constexpr unsigned dot_columns = vector_bytes == 64 ? 4 : 3;

/// weights[r][k] += sum over i < count of out[r][i] * inputs[k][i].
template <class Scalar, unsigned Rows, unsigned Columns>
void dot_tile(const tap_gradient<Scalar>& task, index row, const Scalar* const* inputs,
              const index* places) {
  lanes<Scalar> sums[Rows][Columns] = {};
  const Scalar* out = task.out + row * task.out_step;
  const index count = task.pixels * task.stride;
  for (index i = 0; i < count; i += lane_count<Scalar>) {
    lanes<Scalar> factors[Columns];
#pragma GCC unroll 8
    for (unsigned c = 0; c < Columns; ++c)
      factors[c] = load(inputs[c] + i);
#pragma GCC unroll 8
    for (unsigned r = 0; r < Rows; ++r) {
      const lanes<Scalar> up = load(out + r * task.out_step + i);
#pragma GCC unroll 8
      for (unsigned c = 0; c < Columns; ++c)
        sums[r][c] += up * factors[c];
    }
  }
  for (unsigned r = 0; r < Rows; ++r)
    for (unsigned c = 0; c < Columns; ++c)
      task.weights[(row + r) * task.weight_row_step + places[c]] += sum_lanes<Scalar>(sums[r][c]);
}

template <class Scalar, unsigned Columns, unsigned Rows = dot_rows>
void dot_strip(const tap_gradient<Scalar>& task, index row, const Scalar* const* inputs,
               const index* places) {
  for (; task.rows - row >= index{Rows}; row += Rows)
    dot_tile<Scalar, Rows, Columns>(task, row, inputs, places);
  if constexpr (Rows > 1)
    if (row < task.rows)
      dot_strip<Scalar, Columns, Rows - 1>(task, row, inputs, places);
}

template <class Scalar, unsigned Columns = dot_columns>
void dot_columns_left(const tap_gradient<Scalar>& task, unsigned columns,
                      const Scalar* const* inputs, const index* places) {
  if (columns == Columns)
    dot_strip<Scalar, Columns>(task, 0, inputs, places);
  else if constexpr (Columns > 1)
    dot_columns_left<Scalar, Columns - 1>(task, columns, inputs, places);
}

/// Columns of the weights' gradient are pairs of a channel and a tap, gathered a tile at a time.
template <class Scalar>
void correlate_run(const tap_gradient<Scalar>& task) {
  const Scalar* inputs[dot_columns];
  index places[dot_columns];
  unsigned held = 0;
  for (index channel = 0; channel < task.channels; ++channel)
    for (const tap& t : task.taps) {
      inputs[held] = task.input + channel * task.input_step + t.pixel * task.stride;
      places[held] = channel * task.weight_channel_step + t.weight;
      if (++held < dot_columns)
        continue;
      dot_strip<Scalar, dot_columns>(task, 0, inputs, places);
      held = 0;
    }
  if (held > 0)
    dot_columns_left<Scalar>(task, held, inputs, places);
}

}  // namespace
}  // namespace echelon::learning::kernels
