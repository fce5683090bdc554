#include "algorithms/compression/compressors/sign.hpp"

#include <cmath>

#include "algorithms/compression/payloads/sign_payload.hpp"

namespace echelon::compression {
namespace {

void add_signs_of(std::span<float> part, float scale, message& to) {
  to.add(payload_id::signs, part, 32 + std::ssize(part),
         [&](std::vector<std::byte>& body) { append_signs(body, part, scale); });
}

}  // namespace

std::vector<parameter> sign::declared() {
  return {
      {"step", value_kind::number, value{1.0}, "the magnitude of every value sent", 1e-30, 1e30}};
}

result<sign> sign::make(const parameters& given, const packing& how) {
  return sign{how, static_cast<float>(given.number("step"))};
}

result<void> sign::pack(message& to, std::span<float> part, const task&) const {
  ECHELON_CHECK(check_finite(part));
  add_signs_of(part, step_, to);
  return {};
}

result<void> scaled_sign::pack(message& to, std::span<float> part, const task&) const {
  ECHELON_CHECK(check_finite(part));
  double sum = 0;
  for (const float value : part)
    sum += std::abs(double{value});
  add_signs_of(part, static_cast<float>(sum / static_cast<double>(part.size())), to);
  return {};
}

}  // namespace echelon::compression
