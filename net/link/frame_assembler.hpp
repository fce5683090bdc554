#pragma once

#include <span>
#include <vector>

#include "net/link/frame.hpp"

namespace echelon::net {

/// Takes what a frame_assembler has put together. An error ends the stream, or the link: see
/// decode_header.
class frame_consumer {
public:
  virtual ~frame_consumer() = default;
  /// Where a chunk's payload is to be written, all of it; empty: nowhere.
  virtual result<std::span<std::byte>> chunk_room(const frame_header& header) = 0;
  /// So many more bytes of that room are written.
  virtual void chunk_grew(std::size_t count) = 0;
  /// A whole frame; its payload is checked, and none where it is a chunk.
  virtual result<void> frame_came(const frame_header& header,
                                  std::span<const std::byte> payload) = 0;
};

/// Puts frames together from bytes as they come, without ever asking for more memory than one
/// control frame takes: chunks go straight where the consumer wants them.
class frame_assembler {
public:
  explicit frame_assembler(frame_consumer& to) : to_(to) {}

  /// Where the next bytes go; never empty, never beyond the frame at hand.
  std::span<std::byte> room();
  /// The first `count` bytes of that room were written.
  result<void> took(std::size_t count);

private:
  result<void> begin_payload();
  result<void> end_frame();

  frame_consumer& to_;
  header_bytes header_{};
  frame_header current_;
  bool in_payload_ = false;
  std::size_t done_ = 0;  ///< bytes of the header, or of the payload
  std::vector<std::byte> own_;
  std::span<std::byte> wanted_;  ///< a chunk's room; empty: `own_` takes it
};

}  // namespace echelon::net
