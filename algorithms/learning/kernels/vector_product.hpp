#pragma once

#include "algorithms/learning/kernels/vector_kernels.hpp"

namespace echelon::learning::kernels {
namespace {

// A tile of the product lives in registers: 16 of them before AVX-512, 32 with it.
constexpr unsigned tile_rows = vector_bytes == 64 ? 12 : 6;
constexpr unsigned tile_vectors = 2;
constexpr int depth_block = 256;

template <class Scalar>
constexpr unsigned tile_columns = tile_vectors * lane_count<Scalar>;

/// `depth` rows of tile_columns numbers each, `step` apart.
template <class Scalar>
struct panel {
  const Scalar* data;
  index step;
};

template <class Scalar, unsigned Rows>
void multiply_tile(const product<Scalar>& task, index row, index depth_first, index depth_end,
                   panel<Scalar> right, Scalar* out, index out_step, bool accumulate) {
  lanes<Scalar> sums[Rows][tile_vectors];
#pragma GCC unroll 16
  for (unsigned r = 0; r < Rows; ++r)
#pragma GCC unroll 4
    for (unsigned v = 0; v < tile_vectors; ++v)
      sums[r][v] = accumulate ? load(out + r * out_step + v * lane_count<Scalar>)
                              : lanes<Scalar>{};
  const Scalar* left = task.left.data + row * task.left.row_step;
  for (index k = depth_first; k < depth_end; ++k) {
    const Scalar* from = right.data + (k - depth_first) * right.step;
    lanes<Scalar> factors[tile_vectors];
#pragma GCC unroll 4
    for (unsigned v = 0; v < tile_vectors; ++v)
      factors[v] = load(from + v * lane_count<Scalar>);
#pragma GCC unroll 16
    for (unsigned r = 0; r < Rows; ++r) {
      const Scalar weight = left[r * task.left.row_step + k * task.left.column_step];
#pragma GCC unroll 4
      for (unsigned v = 0; v < tile_vectors; ++v)
        sums[r][v] += weight * factors[v];
    }
  }
#pragma GCC unroll 16
  for (unsigned r = 0; r < Rows; ++r)
#pragma GCC unroll 4
    for (unsigned v = 0; v < tile_vectors; ++v)
      store(out + r * out_step + v * lane_count<Scalar>, sums[r][v]);
}

/// A block of columns of the product, over one block of the depth.
template <class Scalar>
struct product_strip {
  const product<Scalar>& task;
  index column, width;
  index depth_first, depth_end;
  panel<Scalar> right;

  bool accumulate() const { return task.accumulate || depth_first > 0; }

  template <unsigned Rows>
  void tile(index row) const {
    Scalar* out = task.out + row * task.out_step + column;
    if (width == tile_columns<Scalar>) {
      multiply_tile<Scalar, Rows>(task, row, depth_first, depth_end, right, out, task.out_step,
                                  accumulate());
      return;
    }
    Scalar whole[Rows * tile_columns<Scalar>] = {};
    for (index r = 0; accumulate() && r < Rows; ++r)
      for (index c = 0; c < width; ++c)
        whole[r * tile_columns<Scalar> + c] = out[r * task.out_step + c];
    multiply_tile<Scalar, Rows>(task, row, depth_first, depth_end, right, whole,
                                tile_columns<Scalar>, accumulate());
    for (unsigned r = 0; r < Rows; ++r)
      for (index c = 0; c < width; ++c)
        out[r * task.out_step + c] = whole[r * tile_columns<Scalar> + c];
  }

  /// The last rows, fewer than a tile has.
  template <unsigned Rows>
  void remainder(index row) const {
    if constexpr (Rows > 0) {
      if (task.rows - row == Rows)
        tile<Rows>(row);
      else
        remainder<Rows - 1>(row);
    }
  }

  void run() const {
    index row = 0;
    for (; row + tile_rows <= task.rows; row += tile_rows)
      tile<tile_rows>(row);
    remainder<tile_rows - 1>(row);
  }
};

/// The block of the right factor as a panel: in place where its rows are contiguous and whole, else a copy.
template <class Scalar>
panel<Scalar> panel_of(const matrix_view<Scalar>& right, index depth_first, index depth_end,
                       index column, index width, Scalar* buffer) {
  const Scalar* from = right.data + depth_first * right.row_step + column * right.column_step;
  if (right.column_step == 1 && width == tile_columns<Scalar>)
    return {from, right.row_step};
  for (index k = 0; k < depth_end - depth_first; ++k)
    for (index c = 0; c < tile_columns<Scalar>; ++c)
      buffer[k * tile_columns<Scalar> + c] =
          c < width ? from[k * right.row_step + c * right.column_step] : Scalar{0};
  return {buffer, tile_columns<Scalar>};
}

/// Every element sums over the depth from first to last, however the work is blocked.
template <class Scalar>
void multiply_blocked(const product<Scalar>& task) {
  alignas(64) Scalar buffer[depth_block * tile_columns<Scalar>];
  for (index first = 0; first < task.depth; first += depth_block) {
    const index end = first + depth_block < task.depth ? first + depth_block : task.depth;
    for (index column = 0; column < task.columns; column += tile_columns<Scalar>) {
      const index left_over = task.columns - column;
      const index width = left_over < tile_columns<Scalar> ? left_over : tile_columns<Scalar>;
      const auto right = panel_of(task.right, first, end, column, width, buffer);
      product_strip<Scalar>{task, column, width, first, end, right}.run();
    }
  }
}

}  // namespace
}  // namespace echelon::learning::kernels
