#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "algorithms/base/result.hpp"
#include "algorithms/base/types.hpp"
#include "algorithms/compression/wire_format.hpp"

namespace echelon::compression {

/// `count` different numbers below `length`, ascending, each set equally likely: the same for the
/// same seed everywhere.
/// *Cost*: a draw for each of min(count, length - count), and length / 8 bytes.
std::vector<std::uint32_t> seeded_subset(std::uint64_t seed, index length, index count);

/// Appends values at the places that a seed stands for: the values' format, a byte; their number
/// (LEB128); the seed; the values. `received` gets them as the receiver will have them.
void append_seeded(std::vector<std::byte>& to, std::uint64_t seed, std::span<const float> values,
                   wire_format format, std::span<float> received);

/// As a payload_kind has them.
result<void> check_seeded(std::span<const std::byte> bytes, index length);
void add_seeded(std::span<const std::byte> bytes, float weight, std::span<float> sum);

}  // namespace echelon::compression
