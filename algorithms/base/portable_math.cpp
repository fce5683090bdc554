#include "algorithms/base/portable_math.hpp"

#include <cmath>
#include <limits>

#include "algorithms/base/contract.hpp"

namespace echelon {
namespace {

constexpr double pi = 3.14159265358979323846;
constexpr double ln2_high = 6.93147180369123816490e-01;
constexpr double ln2_low = 1.90821492927058770002e-10;
/// Enough terms of a power series for arguments up to pi / 4.
constexpr int terms = 14;

/// 1 - x^2/(first (first + 1)) (1 - x^2/((first + 2) (first + 3)) (...)): cosine from 1, sine over
/// x from 2.
double alternating_series(double x, int first) {
  double sum = 1;
  for (int term = first + 2 * (terms - 1); term >= first; term -= 2)
    sum = 1 - x * x / (term * (term + 1)) * sum;
  return sum;
}

}  // namespace

double log_portable(double x) {
  expects(x > 0 && x <= std::numeric_limits<double>::max());
  int exponent = 0;
  double mantissa = std::frexp(x, &exponent);
  if (mantissa < 0.70710678118654752440) {
    mantissa *= 2;
    --exponent;
  }
  const double f = mantissa - 1.0;
  const double s = f / (2.0 + f);
  const double z = s * s;
  const double w = z * z;
  const double even = w * (3.999999999940941908e-01 +
                           w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01));
  const double odd = z * (6.666666666666735130e-01 +
                          w * (2.857142874366239149e-01 +
                               w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)));
  const double half_square = 0.5 * f * f;
  const double scale = exponent;
  return scale * ln2_high -
         ((half_square - (s * (half_square + odd + even) + scale * ln2_low)) - f);
}

double exp_portable(double x) {
  if (x < -745)
    return 0;
  if (x > 709.8)
    return std::numeric_limits<double>::infinity();
  const double halvings = std::nearbyint(x / (ln2_high + ln2_low));
  const double rest = (x - halvings * ln2_high) - halvings * ln2_low;
  double sum = 1;
  for (int term = terms; term >= 1; --term)
    sum = 1 + rest / term * sum;
  return std::ldexp(sum, static_cast<int>(halvings));
}

double cospi_portable(double x) {
  double turned = std::fabs(x);
  turned -= 2 * std::floor(turned / 2);
  if (turned > 1)
    turned = 2 - turned;
  const double sign = turned > 0.5 ? -1 : 1;
  if (turned > 0.5)
    turned = 1 - turned;
  if (turned <= 0.25)
    return sign * alternating_series(pi * turned, 1);
  const double angle = pi * (0.5 - turned);
  return sign * angle * alternating_series(angle, 2);
}

double power_portable(double x, index exponent) {
  expects(exponent >= 0);
  double power = 1;
  for (; exponent > 0; exponent /= 2) {
    if (exponent % 2 == 1)
      power *= x;
    x *= x;
  }
  return power;
}

}  // namespace echelon
