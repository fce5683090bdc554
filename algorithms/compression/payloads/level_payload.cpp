#include "algorithms/compression/payloads/level_payload.hpp"

#include <algorithm>
#include <array>
#include <bit>

#include "algorithms/base/contract.hpp"
#include "algorithms/compression/codecs/bit_stream.hpp"
#include "algorithms/compression/varint.hpp"
#include "algorithms/compression/wire_values.hpp"

namespace echelon::compression {
namespace {

constexpr int digits_max = 5;

/// So many symbols to a group of so many bits.
struct grouping {
  std::uint32_t base;  ///< different symbols
  int digits = 1;
  int bits = 1;
};

/// The group that wastes least; the smaller one of equals.
grouping grouping_of(index levels) {
  const auto base = static_cast<std::uint32_t>(2 * levels + 1);
  grouping best{base, 1, static_cast<int>(std::bit_width(base - 1))};
  std::uint64_t numbers = base;
  for (int digits = 2; digits <= digits_max; ++digits) {
    numbers *= base;
    const auto bits = static_cast<int>(std::bit_width(numbers - 1));
    if (bits > 32)
      break;
    if (bits * best.digits < best.bits * digits)
      best = {base, digits, bits};
  }
  return best;
}

constexpr index groups(index count, index each) { return (count + each - 1) / each; }

/// A segment's parts.
struct level_view {
  index levels = 1, bucket = 1;
  std::span<const std::byte> scales, symbols;
};

result<level_view> parse(std::span<const std::byte> bytes, index length) {
  const auto levels = take_varint(bytes);
  const auto bucket = levels ? take_varint(bytes) : std::nullopt;
  if (!bucket || *levels < 1 || *levels > levels_max || *bucket < 1 ||
      *bucket > std::uint64_t{1} << 32)
    return fail(errc::bad_input, "a quantised segment's levels or bucket make no sense");
  level_view parts{static_cast<index>(*levels), static_cast<index>(*bucket), {}, {}};
  const index scales = 4 * groups(length, parts.bucket);
  const auto symbols = static_cast<index>(bytes_for(level_bits(parts.levels, length)));
  if (std::ssize(bytes) != scales + symbols)
    return fail(errc::bad_input, "{} values of {} levels in buckets of {} do not take {} bytes",
                length, *levels, *bucket, bytes.size());
  parts.scales = bytes.first(slot(scales));
  parts.symbols = bytes.subspan(slot(scales));
  return parts;
}

float read_scale(const level_view& parts, index bucket) {
  float scale = 0;
  read_values(parts.scales.subspan(slot(4 * bucket), 4), wire_format::full, {&scale, 1});
  return scale;
}

/// Calls `use` with each place and symbol. False where the bytes are not what append_levels writes.
template <class Use>
bool for_symbols(const level_view& parts, index length, Use use) {
  const grouping by = grouping_of(parts.levels);
  bit_reader reader{parts.symbols};
  for (index i = 0; i < length; i += by.digits) {
    auto group = static_cast<std::uint32_t>(reader.take(by.bits));
    const index last = std::min(length, i + by.digits);
    for (index j = i; j < last; ++j, group /= by.base)
      use(j, static_cast<index>(group % by.base) - parts.levels);
    if (group != 0)
      return false;
  }
  return reader.at_end();
}

}  // namespace

std::int64_t level_bits(index levels, index length) {
  const grouping by = grouping_of(levels);
  return groups(length, by.digits) * by.bits;
}

void append_levels(std::vector<std::byte>& to, const level_values& what) {
  const index length = std::ssize(what.symbols);
  expects(what.levels >= 1 && what.levels <= levels_max && what.bucket >= 1);
  expects(std::ssize(what.scales) == groups(length, what.bucket));
  append_varint(to, static_cast<std::uint64_t>(what.levels));
  append_varint(to, static_cast<std::uint64_t>(what.bucket));
  std::vector<float> received(what.scales.size());
  append_values(to, what.scales, wire_format::full, received);
  const grouping by = grouping_of(what.levels);
  bit_writer writer{to, level_bits(what.levels, length)};
  for (index i = 0; i < length; i += by.digits) {
    std::uint64_t group = 0;
    for (index j = std::min(length, i + by.digits); j-- > i;)
      group = group * by.base + static_cast<std::uint64_t>(what.symbols[slot(j)] + what.levels);
    writer.put(group, by.bits);
  }
  writer.finish();
}

result<void> check_levels(std::span<const std::byte> bytes, index length) {
  ECHELON_TRY(const level_view parts, parse(bytes, length));
  if (!all_finite(parts.scales, wire_format::full))
    return fail(errc::bad_input, "a scale of a quantised segment is not finite");
  if (!for_symbols(parts, length, [](index, index) {}))
    return fail(errc::bad_input, "a quantised segment holds no symbols of {} levels", parts.levels);
  return {};
}

void add_levels(std::span<const std::byte> bytes, float weight, std::span<float> sum) {
  const auto parts = parse(bytes, std::ssize(sum));
  expects(parts.has_value());
  const auto levels = static_cast<float>(parts->levels);
  index left = 0;  // in the bucket
  index bucket = 0;
  float scale = 0;
  for_symbols(*parts, std::ssize(sum), [&](index i, index symbol) {
    if (left-- == 0) {
      scale = read_scale(*parts, bucket++);
      left = parts->bucket - 1;
    }
    sum[slot(i)] += weight * (scale * (static_cast<float>(symbol) / levels));
  });
}

}  // namespace echelon::compression
