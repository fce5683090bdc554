#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "algorithms/base/result.hpp"
#include "algorithms/base/types.hpp"

namespace echelon::compression {

/// Values rounded to multiples of their bucket's scale: value i is scale of its bucket * symbol /
/// levels, the symbols being -levels ... levels.
struct level_values {
  index levels = 1;               ///< 1 to `levels_max`
  index bucket = 1;               ///< values that share a scale
  std::span<const float> scales;  ///< finite, not negative
  std::span<const std::int16_t> symbols;
};

inline constexpr index levels_max = 32'767;

/// The symbols' bits on the wire, without padding: several symbols, as digits of one number, share
/// a group of whole bits, so that ternary values take 1.6 bits each and not 2.
std::int64_t level_bits(index levels, index length);

/// Appends the levels and the bucket (LEB128), the scales, the symbols.
void append_levels(std::vector<std::byte>& to, const level_values& what);

/// As a payload_kind has them.
result<void> check_levels(std::span<const std::byte> bytes, index length);
void add_levels(std::span<const std::byte> bytes, float weight, std::span<float> sum);

}  // namespace echelon::compression
