#include "algorithms/compression/payloads/sign_payload.hpp"

#include <algorithm>
#include <cstdint>

#include "algorithms/compression/codecs/bit_stream.hpp"
#include "algorithms/compression/wire_values.hpp"

namespace echelon::compression {
namespace {

constexpr std::size_t scale_bytes = 4;
/// Signs that are packed at once.
constexpr std::size_t at_once = 32;

}  // namespace

void append_signs(std::vector<std::byte>& to, std::span<const float> values, float scale) {
  append_values(to, {&scale, 1}, wire_format::full, {&scale, 1});
  bit_writer writer{to, std::ssize(values)};
  for (std::size_t start = 0; start < values.size(); start += at_once) {
    const std::size_t count = std::min(at_once, values.size() - start);
    std::uint32_t word = 0;
    for (std::size_t i = 0; i < count; ++i)
      word |= std::uint32_t{values[start + i] < 0} << i;
    writer.put(word, static_cast<int>(count));
  }
  writer.finish();
}

result<void> check_signs(std::span<const std::byte> bytes, index length) {
  if (bytes.size() != scale_bytes + bytes_for(length))
    return fail(errc::bad_input, "{} signs do not take {} bytes", length, bytes.size());
  if (!all_finite(bytes.first(scale_bytes), wire_format::full))
    return fail(errc::bad_input, "the scale of signs is not finite");
  if (length % 8 != 0 && std::to_integer<unsigned>(bytes.back()) >> length % 8 != 0)
    return fail(errc::bad_input, "{} signs are followed by more", length);
  return {};
}

void add_signs(std::span<const std::byte> bytes, float weight, std::span<float> sum) {
  float scale = 0;
  read_values(bytes.first(scale_bytes), wire_format::full, {&scale, 1});
  bit_reader reader{bytes.subspan(scale_bytes)};
  const float up = weight * scale;
  for (std::size_t start = 0; start < sum.size(); start += at_once) {
    const std::size_t count = std::min(at_once, sum.size() - start);
    const std::uint64_t word = reader.take(static_cast<int>(count));
    for (std::size_t i = 0; i < count; ++i)
      sum[start + i] += (word >> i & 1) != 0 ? -up : up;
  }
}

}  // namespace echelon::compression
