#include "algorithms/compression/compressors/natural.hpp"

#include <bit>

#include "algorithms/compression/payloads/power_payload.hpp"

namespace echelon::compression {
namespace {

constexpr std::uint32_t fraction = 0x007FFFFF;
constexpr std::uint32_t exponent = 0x7F800000;

/// Adding a random fraction carries into the exponent as often as the value is nearer to the next
/// power: for denormals, too, whose next power is the least normal number.
float to_power(float value, random_stream& draws) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  const auto random = static_cast<std::uint32_t>(draws() >> 41);
  std::uint32_t power = (bits & fraction) != 0 ? (bits + random) & ~fraction : bits;
  if ((power & exponent) == exponent)
    power = bits & ~fraction;
  return std::bit_cast<float>(power);
}

}  // namespace

result<void> natural::pack(message& to, std::span<float> part, const task& asked) const {
  ECHELON_CHECK(check_finite(part));
  std::vector<float> powers;
  powers.reserve(part.size());
  for (const float value : part)
    powers.push_back(to_power(value, asked.draws));
  to.add(payload_id::powers, part, 9 * std::ssize(part),
         [&](std::vector<std::byte>& body) { append_powers(body, powers); });
  return {};
}

}  // namespace echelon::compression
