#pragma once

#include <memory>
#include <span>

#include "algorithms/base/catalogue.hpp"
#include "algorithms/compression/compressor.hpp"
#include "algorithms/compression/sender_memory.hpp"

namespace echelon::compression {

/// How a sender brings in later what its messages left out: what is compressed of a new vector, and
/// what the sender remembers once the message was used. Const and stateless; `packer` composes it
/// with a compressor. Each reads the new vector once.
class feedback {
public:
  virtual ~feedback() = default;

  /// Whether a receiver adds messages to a sum that it keeps over rounds, and uses that sum.
  virtual bool server_accumulates() const { return false; }
  /// Refuses a compressor with which the memory would grow without bound.
  virtual result<void> fits(const compressor& with) const = 0;

  /// Writes to parts of `next` what is to be compressed, and answers where it is. `held` is empty
  /// or as long as `vector`; `next` holds nothing but memory to be reused.
  virtual std::span<float> combine(std::span<const float> vector, const sender_memory& held,
                                   sender_memory& next) const = 0;
  /// Makes `next` the memory to be held if the message is used; what `combine` answered was
  /// compressed, so that it holds what was left out.
  virtual void settle(const packed_vector& sent, const sender_memory& held,
                      sender_memory& next) const = 0;
  /// Keeps `share` (0 to 1) of what was left out: for a sender that was away.
  virtual void decay(sender_memory& held, float share) const = 0;
};

using feedback_ptr = std::shared_ptr<const feedback>;
using feedback_catalogue = catalogue<feedback>;

/// `compression.feedback`: none, ef14, ef21, momentum.
const feedback_catalogue& feedbacks();

}  // namespace echelon::compression
