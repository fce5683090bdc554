#pragma once

#include "algorithms/learning/kernels/vector_product.hpp"

namespace echelon::learning::kernels {
namespace {

template <class Scalar>
void convolve_run(const tap_run<Scalar>& task) {
  const Scalar* input = task.input.data + task.start.in * task.stride;
  Scalar* out = task.out.data + task.start.out * task.stride;
  const index count = task.pixels * task.stride;
  for (index i = 0; i < count;) {
    const tile_sum<Scalar> sum{task.taps.data(),
                               task.taps.data() + task.taps.size(),
                               task.channels,
                               task.weights,
                               task.weight_row_step,
                               task.weight_channel_step,
                               input + i,
                               task.input.step,
                               task.stride,
                               task.accumulate};
    if (i + tile_columns<Scalar> <= count) {
      run_strip<Scalar, tile_vectors>(sum, task.rows, out + i, task.out.step);
      i += tile_columns<Scalar>;
    } else {
      // sample_padding is a multiple of every vector, but not of every pair of vectors.
      run_strip<Scalar, 1>(sum, task.rows, out + i, task.out.step);
      i += lane_count<Scalar>;
    }
  }
}

// Sums of products by rows and columns of this many: a multiple of the lanes, as many as registers
// hold.
constexpr unsigned dot_rows = vector_bytes == 64 ? 4 : 2;
constexpr unsigned dot_columns = 4;
/// Numbers of one row that are summed at a time, so that a tile's rows and columns stay in the
/// first cache.
constexpr index dot_numbers = 1024;

/// Lane i of the result sums all lanes of sums[i].
template <class Scalar, unsigned Step = 1, unsigned Count = lane_count<Scalar>>
inline lanes<Scalar> fold(const lanes<Scalar>* sums) {
  if constexpr (Count == 1) {
    return sums[0];
  } else {
    using integer = typename vector_types<Scalar>::integer;
    bits<Scalar> same{}, other{};
#pragma GCC unroll 16
    for (unsigned lane = 0; lane < lane_count<Scalar>; ++lane) {
      const unsigned kept = (lane & Step) == 0 ? lane : lane_count<Scalar> + lane;
      same[lane] = static_cast<integer>(kept);
      other[lane] = static_cast<integer>(kept ^ Step);
    }
    lanes<Scalar> halves[Count / 2];
#pragma GCC unroll 16
    for (unsigned k = 0; k < Count / 2; ++k)
      halves[k] = __builtin_shuffle(sums[2 * k], sums[2 * k + 1], same) +
                  __builtin_shuffle(sums[2 * k], sums[2 * k + 1], other);
    return fold<Scalar, Step * 2, Count / 2>(halves);
  }
}

/// Where the columns of a tile read and add up: pairs of a channel and a tap.
template <class Scalar>
struct dot_places {
  const Scalar* inputs[dot_columns];
  index weights[dot_columns];
};

/// weights[r][k] += sum over runs and i of out[r][i] * inputs[k][i].
template <class Scalar, unsigned Rows, unsigned Columns>
void dot_tile(const tap_gradient<Scalar>& task, index row, const dot_places<Scalar>& places) {
  lanes<Scalar> sums[dot_rows * dot_columns] = {};
  const index count = task.pixels * task.stride;
  for (const run_start& start : task.starts) {
    const Scalar* out = task.out.data + row * task.out.step + start.out * task.stride;
    const index in = start.in * task.stride;
    for (index i = 0; i < count; i += lane_count<Scalar>) {
      lanes<Scalar> factors[Columns];
#pragma GCC unroll 8
      for (unsigned c = 0; c < Columns; ++c)
        factors[c] = load(places.inputs[c] + in + i);
#pragma GCC unroll 8
      for (unsigned r = 0; r < Rows; ++r) {
        const lanes<Scalar> up = load(out + r * task.out.step + i);
#pragma GCC unroll 8
        for (unsigned c = 0; c < Columns; ++c)
          sums[r * dot_columns + c] += up * factors[c];
      }
    }
  }
  Scalar totals[dot_rows * dot_columns];
#pragma GCC unroll 8
  for (unsigned k = 0; k < dot_rows * dot_columns; k += lane_count<Scalar>)
    store(totals + k, fold<Scalar>(sums + k));
#pragma GCC unroll 8
  for (unsigned r = 0; r < Rows; ++r)
#pragma GCC unroll 8
    for (unsigned c = 0; c < Columns; ++c)
      task.weights[(row + r) * task.weight_row_step + places.weights[c]] += totals[r * dot_columns +
                                                                                   c];
}

template <class Scalar, unsigned Columns, unsigned Rows = dot_rows>
void dot_strip(const tap_gradient<Scalar>& task, index row, const dot_places<Scalar>& places) {
  for (; task.rows - row >= index{Rows}; row += Rows)
    dot_tile<Scalar, Rows, Columns>(task, row, places);
  if constexpr (Rows > 1)
    if (row < task.rows)
      dot_strip<Scalar, Columns, Rows - 1>(task, row, places);
}

/// The last columns, fewer than a tile has.
template <class Scalar, unsigned Columns = dot_columns - 1>
void dot_remainder(const tap_gradient<Scalar>& task, unsigned columns,
                   const dot_places<Scalar>& places) {
  if (columns == Columns)
    dot_strip<Scalar, Columns>(task, 0, places);
  else if constexpr (Columns > 1)
    dot_remainder<Scalar, Columns - 1>(task, columns, places);
}

template <class Scalar>
void correlate_block(const tap_gradient<Scalar>& task) {
  dot_places<Scalar> places;
  unsigned held = 0;
  for (index channel = 0; channel < task.channels; ++channel)
    for (const tap& t : task.taps) {
      places.inputs[held] = task.input.data + channel * task.input.step + t.pixel * task.stride;
      places.weights[held] = channel * task.weight_channel_step + t.weight;
      if (++held < dot_columns)
        continue;
      dot_strip<Scalar, dot_columns>(task, 0, places);
      held = 0;
    }
  if (held > 0)
    dot_remainder<Scalar>(task, held, places);
}

template <class Scalar>
void correlate_runs(tap_gradient<Scalar> task) {
  const auto starts = task.starts;
  const index numbers = task.pixels * task.stride;
  const auto block = static_cast<std::size_t>(numbers < dot_numbers ? dot_numbers / numbers : 1);
  for (std::size_t first = 0; first < starts.size(); first += block) {
    task.starts = starts.subspan(first,
                                 first + block < starts.size() ? block : starts.size() - first);
    correlate_block(task);
  }
}

}  // namespace
}  // namespace echelon::learning::kernels
