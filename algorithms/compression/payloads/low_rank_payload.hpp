#pragma once

#include <span>
#include <vector>

#include "algorithms/base/result.hpp"
#include "algorithms/base/types.hpp"

namespace echelon::compression {

/// A matrix left * right^T, written row by row.
/// *Shapes*: left is rows x rank and right columns x rank, both column by column.
struct low_rank_values {
  index rows = 0, columns = 0, rank = 0;  ///< rank <= min(rows, columns)
  std::span<const float> left, right;
};

/// Whether every number that the product may come to is finite in single precision.
bool product_is_finite(const low_rank_values& what);

/// Appends rows, columns and rank (LEB128), then both factors.
void append_low_rank(std::vector<std::byte>& to, const low_rank_values& what);

/// As a payload_kind has them.
result<void> check_low_rank(std::span<const std::byte> bytes, index length);
void add_low_rank(std::span<const std::byte> bytes, float weight, std::span<float> sum);

}  // namespace echelon::compression
