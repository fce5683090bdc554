#pragma once

#include "algorithms/learning/kernels/vector_kernels.hpp"

namespace echelon::learning::kernels {
namespace {

/// The constants of exp for one number type: x = n ln 2 + r, and a Taylor polynomial in r.
template <class Scalar>
struct exponential_constants;

template <>
struct exponential_constants<float> {
  static constexpr float least = -87.0F, most = 88.0F;
  static constexpr float
      rounder = 0x1.8p23F;  // adding it leaves the nearest integer in the low bits
  static constexpr float log2_high = 0.693359375F, log2_low = -2.12194440054690583e-4F;
  static constexpr int mantissa_bits = 23;
  static constexpr index degree = 7;  // remainder below 6e-9
};

template <>
struct exponential_constants<double> {
  static constexpr double least = -708.0, most = 709.0;
  static constexpr double rounder = 0x1.8p52;
  static constexpr double log2_high = 0.693145751953125, log2_low = 1.42860682030941723e-6;
  static constexpr int mantissa_bits = 52;
  static constexpr index degree = 13;  // remainder below 5e-18
};

/// exp(x) = scale + scale * part, where neither loses digits: exp(x) - 1 = (scale - 1) + scale *
/// part.
template <class Scalar>
struct split_exponential {
  lanes<Scalar> scale, part;
};

template <class Scalar>
inline split_exponential<Scalar> split_exp(lanes<Scalar> x) {
  using constants = exponential_constants<Scalar>;
  x = clamp(x, constants::least, constants::most);
  constexpr Scalar log2_e = static_cast<Scalar>(1.44269504088896340736);
  const lanes<Scalar> shifted = x * log2_e + constants::rounder;
  const lanes<Scalar> whole = shifted - constants::rounder;
  const lanes<Scalar> rest = (x - whole * constants::log2_high) - whole * constants::log2_low;
  Scalar inverse_factorial = 1;
  for (index k = 2; k <= constants::degree; ++k)
    inverse_factorial /= static_cast<Scalar>(k);
  lanes<Scalar> sum = spread(inverse_factorial);
  for (index k = constants::degree; k > 1; --k) {
    inverse_factorial *= static_cast<Scalar>(k);
    sum = sum * rest + inverse_factorial;
  }
  const bits<Scalar> exponent = reinterpret_cast<bits<Scalar>>(shifted) << constants::mantissa_bits;
  const auto one = reinterpret_cast<bits<Scalar>>(spread(Scalar{1}));
  return {reinterpret_cast<lanes<Scalar>>(exponent + one), sum * rest};
}

template <class Scalar>
inline lanes<Scalar> exp_of(lanes<Scalar> x) {
  const auto [scale, part] = split_exp<Scalar>(x);
  return scale + scale * part;
}

/// From exp(2x) - 1, which keeps small arguments' digits; beyond 20 it is 1 to the last digit.
template <class Scalar>
inline lanes<Scalar> tanh_of(lanes<Scalar> x) {
  x = clamp(x, Scalar{-20}, Scalar{20});
  const auto [scale, part] = split_exp<Scalar>(x + x);
  const lanes<Scalar> less_one = (scale - 1) + scale * part;
  return less_one / (less_one + 2);
}

template <class Scalar>
inline lanes<Scalar> logistic_of(lanes<Scalar> x) {
  return 1 / (1 + exp_of<Scalar>(-x));
}

template <class Scalar, lanes<Scalar> (*Function)(lanes<Scalar>)>
void apply(const Scalar* x, Scalar* y, index count) {
  for (index i = 0; i < count; i += lane_count<Scalar>)
    store(y + i, Function(load(x + i)));
}

}  // namespace
}  // namespace echelon::learning::kernels
