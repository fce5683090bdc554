#pragma once

#include "algorithms/learning/kernels/vector_kernels.hpp"

namespace echelon::learning::kernels {
namespace {

template <class Scalar>
void find_largest_run(const pool_run<Scalar>& run, const Scalar* in, Scalar* out, Scalar* winner) {
  for (index i = 0; i < run.pixels * run.stride; i += lane_count<Scalar>) {
    lanes<Scalar> largest = load(in + run.taps[0].pixel * run.stride + i);
    lanes<Scalar> number{};
    for (std::size_t t = 1; t < run.taps.size(); ++t) {
      const lanes<Scalar> other = load(in + run.taps[t].pixel * run.stride + i);
      number = other > largest ? spread(static_cast<Scalar>(t)) : number;
      largest = other > largest ? other : largest;
    }
    store(out + i, largest);
    store(winner + i, number);
  }
}

template <class Scalar>
void return_to_largest_run(const pool_run<Scalar>& run, const Scalar* out, const Scalar* winner,
                           Scalar* in) {
  for (index i = 0; i < run.pixels * run.stride; i += lane_count<Scalar>) {
    const lanes<Scalar> up = load(out + i);
    const lanes<Scalar> number = load(winner + i);
    for (std::size_t t = 0; t < run.taps.size(); ++t) {
      Scalar* to = in + run.taps[t].pixel * run.stride + i;
      const lanes<Scalar> share = number == static_cast<Scalar>(t) ? up : lanes<Scalar>{};
      store(to, load(to) + share);
    }
  }
}

template <class Scalar>
void rectify_all(const Scalar* x, Scalar* y, index count) {
  for (index i = 0; i < count; i += lane_count<Scalar>) {
    const lanes<Scalar> value = load(x + i);
    store(y + i, value > 0 ? value : lanes<Scalar>{});
  }
}

template <class Scalar>
void rectify_back_all(const Scalar* y, const Scalar* up, Scalar* down, index count) {
  for (index i = 0; i < count; i += lane_count<Scalar>)
    store(down + i, load(y + i) > 0 ? load(up + i) : lanes<Scalar>{});
}

}  // namespace
}  // namespace echelon::learning::kernels
