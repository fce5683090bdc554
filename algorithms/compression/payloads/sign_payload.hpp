#pragma once

#include <span>
#include <vector>

#include "algorithms/base/result.hpp"
#include "algorithms/base/types.hpp"

namespace echelon::compression {

/// Appends a scale and a bit for each value: what is negative becomes -scale, the rest scale.
void append_signs(std::vector<std::byte>& to, std::span<const float> values, float scale);

/// As a payload_kind has them.
result<void> check_signs(std::span<const std::byte> bytes, index length);
void add_signs(std::span<const std::byte> bytes, float weight, std::span<float> sum);

}  // namespace echelon::compression
