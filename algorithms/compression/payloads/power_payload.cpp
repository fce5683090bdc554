#include "algorithms/compression/payloads/power_payload.hpp"

#include <algorithm>
#include <bit>

#include "algorithms/compression/codecs/bit_stream.hpp"

namespace echelon::compression {
namespace {

constexpr int fraction_bits = 23;

}  // namespace

void append_powers(std::vector<std::byte>& to, std::span<const float> powers) {
  for (const float power : powers)
    to.push_back(static_cast<std::byte>(std::bit_cast<std::uint32_t>(power) >> fraction_bits));
  bit_writer writer{to, std::ssize(powers)};
  for (const float power : powers)
    writer.put(std::bit_cast<std::uint32_t>(power) >> 31, 1);
  writer.finish();
}

result<void> check_powers(std::span<const std::byte> bytes, index length) {
  if (bytes.size() < bytes_for(length) ||
      std::ssize(bytes) - length != static_cast<index>(bytes_for(length)))
    return fail(errc::bad_input, "{} powers of two do not take {} bytes", length, bytes.size());
  if (std::ranges::count(bytes.first(slot(length)), std::byte{0xFF}) != 0)
    return fail(errc::bad_input, "a power of two is not finite");
  if (length % 8 != 0 && std::to_integer<unsigned>(bytes.back()) >> length % 8 != 0)
    return fail(errc::bad_input, "{} signs are followed by more", length);
  return {};
}

void add_powers(std::span<const std::byte> bytes, float weight, std::span<float> sum) {
  bit_reader signs{bytes.subspan(sum.size())};
  for (std::size_t i = 0; i < sum.size(); ++i) {
    const auto sign = static_cast<std::uint32_t>(signs.take(1)) << 31;
    const auto exponent = std::to_integer<std::uint32_t>(bytes[i]) << fraction_bits;
    sum[i] += weight * std::bit_cast<float>(sign | exponent);
  }
}

}  // namespace echelon::compression
