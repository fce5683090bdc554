#pragma once

#include <bit>
#include <cstdint>

namespace echelon::compression {

/// The bits of |value|: as integers they are in the order of the magnitudes, infinity and NaN last.
/// Works where comparing floats would not: for denormals of a CPU that flushes them.
constexpr std::uint32_t magnitude_of(float value) {
  return std::bit_cast<std::uint32_t>(value) & 0x7FFFFFFF;
}

/// A magnitude is its own.
constexpr std::uint32_t magnitude_of(std::uint32_t magnitude) { return magnitude; }

/// The least magnitude that is not finite.
inline constexpr std::uint32_t infinite_magnitude = 0x7F800000;

}  // namespace echelon::compression
