#include "algorithms/learning/clipping.hpp"

#include <array>
#include <cmath>
#include <numeric>

namespace echelon::learning {
namespace {

/// Sums that run side by side, so that the loop vectorises without reordering.
constexpr std::size_t lanes = 8;

template <class Scalar>
double sum_of_squares(std::span<const Scalar> numbers) {
  std::array<double, lanes> sums{};
  const std::size_t whole = numbers.size() / lanes * lanes;
  for (std::size_t i = 0; i < whole; i += lanes)
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      const double number = numbers[i + lane];
      sums[lane] += number * number;
    }
  for (std::size_t i = whole; i < numbers.size(); ++i)
    sums[i - whole] += static_cast<double>(numbers[i]) * static_cast<double>(numbers[i]);
  return std::accumulate(sums.begin(), sums.end(), 0.0);
}

}  // namespace

double norm(const block_builder& gradient) {
  return with_scalar(gradient.kind(), [&gradient]<class Scalar>(Scalar) {
    return std::sqrt(sum_of_squares(gradient.as<Scalar>()));
  });
}

double clip(block_builder& gradient, double norm_max) {
  const double length = norm(gradient);
  if (norm_max > 0 && length > norm_max)
    with_scalar(gradient.kind(), [&]<class Scalar>(Scalar) {
      const auto factor = static_cast<Scalar>(norm_max / length);
      for (Scalar& number : gradient.as<Scalar>())
        number *= factor;
    });
  return length;
}

}  // namespace echelon::learning
