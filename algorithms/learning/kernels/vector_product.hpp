#pragma once

#include "algorithms/learning/kernels/vector_kernels.hpp"

namespace echelon::learning::kernels {
namespace {

// A tile of the result lives in registers: 16 of them before AVX-512, 32 with it.
constexpr unsigned tile_rows = vector_bytes == 64 ? 12 : 6;
constexpr unsigned tile_vectors = 2;
constexpr unsigned depth_block = 256;
/// A transposed left factor is read across its rows, so that few of them must stay in the first
/// cache.
constexpr unsigned depth_block_transposed = 32;

template <class Scalar>
constexpr unsigned tile_columns = tile_vectors* lane_count<Scalar>;

/// out[r][i] = sum over taps and depth of weights[r][d][t] * input[d][t + i], for one tile of r and
/// i.
template <class Scalar>
struct tile_sum {
  const tap* taps_first;
  const tap* taps_end;
  index depth;
  const Scalar* weights;
  index weight_row_step, weight_step;
  const Scalar* input;
  index input_step;
  index pixel_step;  ///< numbers per unit of tap::pixel
  bool accumulate;

  template <unsigned Rows, unsigned Vectors>
  void run(Scalar* out, index out_step) const {
    lanes<Scalar> sums[Rows][Vectors];
#pragma GCC unroll 16
    for (unsigned r = 0; r < Rows; ++r)
#pragma GCC unroll 4
      for (unsigned v = 0; v < Vectors; ++v)
        sums[r][v] = accumulate ? load(out + r * out_step + v * lane_count<Scalar>)
                                : lanes<Scalar>{};
    for (const tap* t = taps_first; t != taps_end; ++t) {
      const Scalar* weight = weights + t->weight;
      const Scalar* from = input + t->pixel * pixel_step;
      for (index d = 0; d < depth; ++d, weight += weight_step, from += input_step) {
        lanes<Scalar> factors[Vectors];
#pragma GCC unroll 4
        for (unsigned v = 0; v < Vectors; ++v)
          factors[v] = load(from + v * lane_count<Scalar>);
#pragma GCC unroll 16
        for (unsigned r = 0; r < Rows; ++r)
#pragma GCC unroll 4
          for (unsigned v = 0; v < Vectors; ++v)
            sums[r][v] += weight[r * weight_row_step] * factors[v];
      }
    }
#pragma GCC unroll 16
    for (unsigned r = 0; r < Rows; ++r)
#pragma GCC unroll 4
      for (unsigned v = 0; v < Vectors; ++v)
        store(out + r * out_step + v * lane_count<Scalar>, sums[r][v]);
  }
};

/// Runs a strip of tiles, `Vectors` wide, down all rows; the last tile may have fewer rows.
template <class Scalar, unsigned Vectors, unsigned Rows = tile_rows>
void run_strip(tile_sum<Scalar> sum, index rows, Scalar* out, index out_step) {
  for (; rows >= index{Rows}; rows -= Rows) {
    sum.template run<Rows, Vectors>(out, out_step);
    sum.weights += Rows * sum.weight_row_step;
    out += Rows * out_step;
  }
  if constexpr (Rows > 1)
    if (rows > 0)
      run_strip<Scalar, Vectors, Rows - 1>(sum, rows, out, out_step);
}

/// A strip of a matrix whose width is not that of a tile: by way of a copy.
template <class Scalar>
void run_narrow_strip(tile_sum<Scalar> sum, index rows, index width, Scalar* out, index out_step) {
  constexpr unsigned whole = tile_columns<Scalar>;
  alignas(64) Scalar copy[tile_rows * whole] = {};
  for (; rows > 0; rows -= tile_rows) {
    const index some = rows < index{tile_rows} ? rows : index{tile_rows};
    for (index row = 0; sum.accumulate && row < some; ++row)
      for (index c = 0; c < width; ++c)
        copy[row * whole + c] = out[row * out_step + c];
    run_strip<Scalar, tile_vectors>(sum, some, copy, whole);
    for (index row = 0; row < some; ++row)
      for (index c = 0; c < width; ++c)
        out[row * out_step + c] = copy[row * whole + c];
    sum.weights += tile_rows * sum.weight_row_step;
    out += tile_rows * out_step;
  }
}

/// A block of the right factor: `depth` rows of tile_columns numbers, `step` apart.
template <class Scalar>
struct right_panel {
  const Scalar* data;
  index step;
};

/// Copies a block of the right factor, so that its rows are contiguous and whole and their
/// addresses do not collide in the cache. Where few rows of the left factor would use the copy,
/// whole rows stay where they are.
template <class Scalar>
right_panel<Scalar> panel_of(const product<Scalar>& task, index first, index depth, index column,
                             index width, Scalar* copy) {
  constexpr unsigned whole = tile_columns<Scalar>;
  const index row_step = task.right.row_step;
  const index column_step = task.right.column_step;
  const Scalar* from = task.right.data + first * row_step + column * column_step;
  if (width < whole || column_step != 1) {
    for (index d = 0; d < depth; ++d)
      for (index c = 0; c < whole; ++c)
        copy[d * whole + c] = c < width ? from[d * row_step + c * column_step] : Scalar{0};
    return {copy, whole};
  }
  if (task.rows < 4 * tile_rows)
    return {from, row_step};
  for (index d = 0; d < depth; ++d)
    for (unsigned v = 0; v < tile_vectors; ++v)
      store(copy + d * whole + v * lane_count<Scalar>,
            load(from + d * row_step + v * lane_count<Scalar>));
  return {copy, whole};
}

/// Every element sums over the depth from first to last, however the work is blocked.
template <class Scalar>
void multiply_blocked(const product<Scalar>& task) {
  constexpr unsigned whole = tile_columns<Scalar>;
  static constexpr tap only{0, 0};
  alignas(64) Scalar copy[depth_block * whole];
  const index block = task.left.column_step == 1 ? depth_block : depth_block_transposed;
  for (index first = 0; first < task.depth; first += block) {
    const index depth = first + block < task.depth ? block : task.depth - first;
    for (index column = 0; column < task.columns; column += whole) {
      const index width = column + whole < task.columns ? index{whole} : task.columns - column;
      const auto right = panel_of(task, first, depth, column, width, copy);
      const tile_sum<Scalar> sum{&only,
                                 &only + 1,
                                 depth,
                                 task.left.data + first * task.left.column_step,
                                 task.left.row_step,
                                 task.left.column_step,
                                 right.data,
                                 right.step,
                                 0,
                                 task.accumulate || first > 0};
      Scalar* out = task.out + column;
      if (width == whole)
        run_strip<Scalar, tile_vectors>(sum, task.rows, out, task.out_step);
      else
        run_narrow_strip(sum, task.rows, width, out, task.out_step);
    }
  }
}

}  // namespace
}  // namespace echelon::learning::kernels
