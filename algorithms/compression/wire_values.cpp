#include "algorithms/compression/wire_values.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include <Eigen/Core>

#include "algorithms/base/contract.hpp"

namespace echelon::compression {
namespace {

static_assert(std::endian::native == std::endian::little);

constexpr std::size_t at_once = 1024;

template <class Narrow>
void append_narrow(std::span<std::byte> to, std::span<const float> values,
                   std::span<float> received) {
  const float largest = static_cast<float>(std::numeric_limits<Narrow>::max());
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Narrow rounded{std::clamp(values[i], -largest, largest)};
    std::memcpy(to.data() + i * sizeof rounded, &rounded, sizeof rounded);
    received[i] = static_cast<float>(rounded);
  }
}

template <class Narrow>
void read_narrow(std::span<const std::byte> bytes, std::span<float> out) {
  for (std::size_t i = 0; i < out.size(); ++i) {
    Narrow stored;
    std::memcpy(&stored, bytes.data() + i * sizeof stored, sizeof stored);
    out[i] = static_cast<float>(stored);
  }
}

/// Whether none of the numbers has an exponent of all ones.
template <class Bits>
bool no_exponent_is_full(std::span<const std::byte> bytes, Bits exponent) {
  Bits full = 0;
  for (std::size_t offset = 0; offset < bytes.size(); offset += sizeof(Bits)) {
    Bits stored;
    std::memcpy(&stored, bytes.data() + offset, sizeof stored);
    full = static_cast<Bits>(full | ((stored & exponent) == exponent ? 1 : 0));
  }
  return full == 0;
}

}  // namespace

void append_values(std::vector<std::byte>& to, std::span<const float> values, wire_format format,
                   std::span<float> received) {
  expects(received.size() == values.size());
  const std::size_t start = to.size();
  to.resize(start + values.size() * slot(value_bytes(format)));
  const auto place = std::span{to}.subspan(start);
  switch (format) {
    case wire_format::full:
      if (!values.empty())
        std::memcpy(place.data(), values.data(), place.size());
      if (received.data() != values.data())
        std::ranges::copy(values, received.begin());
      return;
    case wire_format::fp16: return append_narrow<Eigen::half>(place, values, received);
    case wire_format::bf16: return append_narrow<Eigen::bfloat16>(place, values, received);
  }
}

void read_values(std::span<const std::byte> bytes, wire_format format, std::span<float> out) {
  expects(bytes.size() == out.size() * slot(value_bytes(format)));
  switch (format) {
    case wire_format::full:
      if (!out.empty())
        std::memcpy(out.data(), bytes.data(), bytes.size());
      return;
    case wire_format::fp16: return read_narrow<Eigen::half>(bytes, out);
    case wire_format::bf16: return read_narrow<Eigen::bfloat16>(bytes, out);
  }
}

bool all_finite(std::span<const std::byte> bytes, wire_format format) {
  expects(bytes.size() % slot(value_bytes(format)) == 0);
  switch (format) {
    case wire_format::full: return no_exponent_is_full<std::uint32_t>(bytes, 0x7F800000);
    case wire_format::fp16: return no_exponent_is_full<std::uint16_t>(bytes, 0x7C00);
    case wire_format::bf16: return no_exponent_is_full<std::uint16_t>(bytes, 0x7F80);
  }
  return false;
}

void add_values(std::span<const std::byte> bytes, wire_format format, float weight,
                std::span<float> sum) {
  std::array<float, at_once> some;
  while (!sum.empty()) {
    const std::size_t count = std::min(sum.size(), at_once);
    const std::size_t size = count * slot(value_bytes(format));
    read_values(bytes.first(size), format, std::span{some}.first(count));
    for (std::size_t i = 0; i < count; ++i)
      sum[i] += weight * some[i];
    bytes = bytes.subspan(size);
    sum = sum.subspan(count);
  }
}

}  // namespace echelon::compression
