#pragma once

#include <cstddef>
#include <vector>

#include "algorithms/base/blob.hpp"
#include "algorithms/base/types.hpp"
#include "algorithms/compression/payload_kind.hpp"

namespace echelon::compression {

/// Frames segments to a message that `payload_format` reads.
class message_writer {
public:
  /// Calls `write` with a vector of bytes to append the segment's own to. Segments come in the
  /// order of the vector they stand for.
  template <class Write>
  void add(payload_id kind, index length, Write write) {
    body_.clear();
    write(body_);
    frame(kind, length);
  }

  blob finish() const;

private:
  void frame(payload_id kind, index length);

  std::vector<std::byte> segments_;
  std::vector<std::byte> body_;  ///< kept for its memory
  index count_ = 0;
};

}  // namespace echelon::compression
