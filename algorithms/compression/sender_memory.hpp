#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "algorithms/base/blob.hpp"
#include "algorithms/base/result.hpp"
#include "algorithms/compression/compressor.hpp"

namespace echelon::compression {

/// What a sender keeps from message to message: a value that belongs to the sender, is saved with
/// the model and moves where the sender's data move. Empty parts stand for zeros: before the first
/// message all of them.
struct sender_memory {
  std::vector<float>
      leftover;               ///< what no message has carried yet; of EF21 what messages add up to
  std::vector<float> second;  ///< of momentum: the velocity
  warm_start warm;            ///< the compressor's own

  bool operator==(const sender_memory&) const = default;
};

/// For checkpoints and for moving a sender; says which sizes the segments have.
blob to_bytes(const sender_memory& memory, std::span<const segment> segments);

/// Errors: bad_input where the bytes are not whole, hold values that are not finite, or belong to
/// segments of other sizes. The bytes are hostile.
result<sender_memory> memory_from_bytes(std::span<const std::byte> bytes,
                                        std::span<const segment> segments);

}  // namespace echelon::compression
