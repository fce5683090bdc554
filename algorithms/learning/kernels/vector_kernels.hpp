#pragma once

#include <limits>
#include <type_traits>

#include "algorithms/learning/kernels/kernels.hpp"

// Included by one source file per instruction set, which defines ECHELON_VECTOR_BYTES first.
// Everything has internal linkage, so that no code for a newer CPU can stand in for that of an
// older one.
namespace echelon::learning::kernels {
namespace {

constexpr unsigned vector_bytes = ECHELON_VECTOR_BYTES;

template <class Scalar>
struct vector_types {
  using integer = std::conditional_t<sizeof(Scalar) == 4, int, long long>;
  typedef Scalar lanes __attribute__((vector_size(vector_bytes)));
  typedef Scalar unaligned
      __attribute__((vector_size(vector_bytes), aligned(sizeof(Scalar)), may_alias));
  typedef integer bits __attribute__((vector_size(vector_bytes)));
};

template <class Scalar>
using lanes = typename vector_types<Scalar>::lanes;
template <class Scalar>
using bits = typename vector_types<Scalar>::bits;

template <class Scalar>
constexpr unsigned lane_count = vector_bytes / sizeof(Scalar);

template <class Scalar>
inline lanes<Scalar> load(const Scalar* from) {
  return *reinterpret_cast<const typename vector_types<Scalar>::unaligned*>(from);
}

template <class Scalar>
inline void store(Scalar* to, lanes<Scalar> value) {
  *reinterpret_cast<typename vector_types<Scalar>::unaligned*>(to) = value;
}

template <class Scalar>
inline lanes<Scalar> spread(Scalar value) {
  return value - lanes<Scalar>{};
}

template <class Scalar>
inline lanes<Scalar> clamp(lanes<Scalar> x, Scalar least, Scalar most) {
  x = x < least ? spread(least) : x;
  return x > most ? spread(most) : x;
}

/// Halves fold onto halves.
template <class Scalar>
inline Scalar sum_lanes(lanes<Scalar> value) {
  Scalar parts[lane_count<Scalar>];
  store(parts, value);
#pragma GCC unroll 4
  for (unsigned half = lane_count<Scalar> / 2; half > 0; half /= 2)
#pragma GCC unroll 8
    for (unsigned k = 0; k < half; ++k)
      parts[k] += parts[k + half];
  return parts[0];
}

template <class Scalar>
Scalar sum_of(const Scalar* x, index count) {
  lanes<Scalar> sum{};
  for (index i = 0; i < count; i += lane_count<Scalar>)
    sum += load(x + i);
  return sum_lanes<Scalar>(sum);
}

}  // namespace
}  // namespace echelon::learning::kernels
