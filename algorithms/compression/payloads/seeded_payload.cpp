#include "algorithms/compression/payloads/seeded_payload.hpp"

#include <bit>
#include <cstring>

#include "algorithms/base/contract.hpp"
#include "algorithms/base/random.hpp"
#include "algorithms/compression/codecs/index_codec.hpp"
#include "algorithms/compression/varint.hpp"
#include "algorithms/compression/wire_values.hpp"

namespace echelon::compression {
namespace {

constexpr std::size_t seed_bytes = sizeof(std::uint64_t);
constexpr index word_bits = 64;

struct seeded_view {
  wire_format format = wire_format::full;
  index count = 0;
  std::uint64_t seed = 0;
  std::span<const std::byte> values;
};

result<seeded_view> parse(std::span<const std::byte> bytes, index length) {
  if (length > indexed_length_max || bytes.empty() ||
      std::to_integer<unsigned>(bytes[0]) > static_cast<unsigned>(wire_format::bf16))
    return fail(errc::bad_input, "a seeded segment's format is not known");
  seeded_view parts;
  parts.format = static_cast<wire_format>(bytes[0]);
  bytes = bytes.subspan(1);
  const auto count = take_varint(bytes);
  const auto each = slot(value_bytes(parts.format));
  if (!count || *count > static_cast<std::uint64_t>(length) || bytes.size() < seed_bytes ||
      (bytes.size() - seed_bytes) / each != *count || (bytes.size() - seed_bytes) % each != 0)
    return fail(errc::bad_input, "a seeded segment of {} floats has {} bytes that do not fit",
                length, bytes.size());
  parts.count = static_cast<index>(*count);
  std::memcpy(&parts.seed, bytes.data(), seed_bytes);
  parts.values = bytes.subspan(seed_bytes);
  return parts;
}

}  // namespace

std::vector<std::uint32_t> seeded_subset(std::uint64_t seed, index length, index count) {
  expects(count >= 0 && count <= length && length <= indexed_length_max);
  // Of many it is shorter to draw those left out.
  const bool left_out = count > length / 2;
  std::vector<std::uint64_t> drawn(slot((length + word_bits - 1) / word_bits));
  random_stream random{seed, "random-k"};
  for (index left = left_out ? length - count : count; left > 0;) {
    const index place = random.below(length);
    auto& word = drawn[slot(place / word_bits)];
    const std::uint64_t bit = std::uint64_t{1} << place % word_bits;
    left -= (word & bit) == 0 ? 1 : 0;
    word |= bit;
  }
  std::vector<std::uint32_t> members;
  members.reserve(slot(count));
  for (index start = 0; start < length; start += word_bits) {
    const index rest = length - start;
    std::uint64_t word = drawn[slot(start / word_bits)];
    if (left_out)
      word = ~word & (rest < word_bits ? (std::uint64_t{1} << rest) - 1 : ~std::uint64_t{0});
    for (; word != 0; word &= word - 1)
      members.push_back(static_cast<std::uint32_t>(start + std::countr_zero(word)));
  }
  return members;
}

void append_seeded(std::vector<std::byte>& to, std::uint64_t seed, std::span<const float> values,
                   wire_format format, std::span<float> received) {
  to.push_back(static_cast<std::byte>(format));
  append_varint(to, values.size());
  const auto* const bytes = reinterpret_cast<const std::byte*>(&seed);
  to.insert(to.end(), bytes, bytes + seed_bytes);
  append_values(to, values, format, received);
}

result<void> check_seeded(std::span<const std::byte> bytes, index length) {
  ECHELON_TRY(const seeded_view parts, parse(bytes, length));
  if (!all_finite(parts.values, parts.format))
    return fail(errc::bad_input, "a value of a seeded segment is not finite");
  return {};
}

void add_seeded(std::span<const std::byte> bytes, float weight, std::span<float> sum) {
  const auto parts = parse(bytes, std::ssize(sum));
  expects(parts.has_value());
  std::vector<float> values(slot(parts->count));
  read_values(parts->values, parts->format, values);
  const auto places = seeded_subset(parts->seed, std::ssize(sum), parts->count);
  for (std::size_t i = 0; i < places.size(); ++i)
    sum[places[i]] += weight * values[i];
}

}  // namespace echelon::compression
