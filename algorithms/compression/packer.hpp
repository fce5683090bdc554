#pragma once

#include <vector>

#include "algorithms/compression/feedback.hpp"

namespace echelon::compression {

/// A message, and what its sender remembers if it is used.
struct packed_message {
  packed_vector sent;
  sender_memory next;
  double input_square = 0;  ///< of what was compressed, feedback included
  double lost_square = 0;   ///< of what the message leaves out
};

/// Makes a sender's messages: a compressor under error feedback. A value without state: what a
/// sender remembers is passed in and out, so that a message that is late, lost or cancelled leaves
/// no trace. Whoever sends installs `next` once he knows that the message was used, and until then
/// keeps the memory he had (corrections to the specification, 2).
class packer {
public:
  /// `segments` add up to the vectors' length. Errors: not_supported where feedback and compressor
  /// do not go together.
  static result<packer> make(compressor_ptr compressor, feedback_ptr feedback,
                             std::vector<segment> segments);

  /// `held` is not changed. `spare`: a memory that nobody needs any more, for its allocations.
  /// Errors: as compressor::compress. Cost: reads the vector once.
  result<packed_message> pack(std::span<const float> vector, const sender_memory& held,
                              const effort& wanted, random_stream& draws,
                              sender_memory spare = {}) const;

  const compressor& compresses() const { return *compressor_; }
  const feedback& remembers() const { return *feedback_; }
  std::span<const segment> segments() const { return segments_; }
  index length() const { return length_; }

private:
  packer() = default;

  compressor_ptr compressor_;
  feedback_ptr feedback_;
  std::vector<segment> segments_;
  index length_ = 0;
};

}  // namespace echelon::compression
