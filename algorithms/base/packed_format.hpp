#pragma once

#include <cstddef>
#include <span>

#include "algorithms/base/result.hpp"
#include "algorithms/base/types.hpp"

namespace echelon {

/// How the bytes of a message stand for a vector of floats: whoever carries, checks or adds them
/// need not know. Bytes from a peer are hostile until `check` has passed them.
class packed_format {
public:
  virtual ~packed_format() = default;

  /// Refuses, in one sentence, whatever `add` would not add in full: another length, lengths that
  /// do not fit, indices out of range or not ascending, values that are not finite. Allocates
  /// nothing that the bytes promise. Cost: one pass over the bytes.
  virtual result<void> check(std::span<const std::byte> packed, index length) const = 0;
  /// sum += weight * values, for bytes that passed `check` with the sum's length.
  virtual void add(std::span<const std::byte> packed, float weight, std::span<float> sum) const = 0;
};

}  // namespace echelon
