#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "algorithms/base/result.hpp"
#include "algorithms/base/types.hpp"

namespace echelon::compression {

/// Appends zeros and powers of two, given as floats whose fraction is zero: a byte for each
/// exponent, then a bit for each sign.
void append_powers(std::vector<std::byte>& to, std::span<const float> powers);

/// As a payload_kind has them.
result<void> check_powers(std::span<const std::byte> bytes, index length);
void add_powers(std::span<const std::byte> bytes, float weight, std::span<float> sum);

}  // namespace echelon::compression
