#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "algorithms/base/result.hpp"
#include "algorithms/base/types.hpp"

namespace echelon::compression {

/// What the bytes of one segment are. The numbers are part of the wire format.
enum class payload_id : std::uint8_t {
  sparse = 1,
  dense_fp32 = 2,
  dense_fp16 = 3,
  dense_bf16 = 4,
  levels = 16,
  signs = 17,
  powers = 18,
  low_rank = 19,
  seeded = 20,
};

/// One way to write a segment. A new one is one line in the catalogue, payload_kinds.cpp.
struct payload_kind {
  payload_id id;
  std::string_view name;
  /// Refuses bytes that do not stand for exactly `length` finite values. The bytes are hostile:
  /// nothing is read outside them, nothing allocated that they promise.
  result<void> (*check)(std::span<const std::byte> bytes, index length);
  /// sum += weight * values, for bytes that passed `check` with the sum's length.
  void (*add)(std::span<const std::byte> bytes, float weight, std::span<float> sum);
};

/// Every kind that a receiver understands.
std::span<const payload_kind> payload_kinds();

}  // namespace echelon::compression
