#include "algorithms/compression/compressors/qsgd.hpp"

#include <cmath>

#include "algorithms/compression/compressors/random_rounding.hpp"
#include "algorithms/compression/payloads/level_payload.hpp"

namespace echelon::compression {
namespace {

double norm(std::span<const float> values) {
  double squares = 0;
  for (const float value : values)
    squares += double{value} * double{value};
  return std::sqrt(squares);
}

}  // namespace

std::vector<parameter> qsgd::declared() {
  return {{"levels", value_kind::integer, value{15}, "magnitudes that are told apart", 1,
           static_cast<double>(levels_max)},
          {"bucket", value_kind::integer, value{128}, "values that share a norm", 1, 1 << 20}};
}

result<qsgd> qsgd::make(const parameters& given, const packing& how) {
  return qsgd{how, given.integer("levels"), given.integer("bucket")};
}

bool qsgd::drains() const {
  const auto levels = static_cast<double>(levels_);
  const auto bucket = static_cast<double>(bucket_);
  return std::min(bucket / (levels * levels), std::sqrt(bucket) / levels) < 1;
}

result<void> qsgd::pack(message& to, std::span<float> part, const task& asked) const {
  ECHELON_CHECK(check_finite(part));
  return random_rounding{levels_, bucket_}.pack(to, part, asked.draws, norm);
}

}  // namespace echelon::compression
