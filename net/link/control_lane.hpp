#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "net/link/batch.hpp"

namespace echelon::net {

/// The most of the control lane that is under way and not acknowledged.
inline constexpr std::size_t control_bytes_max = 256 * 1024;

/// The sending half of the control lane: numbers its frames, keeps them until they are
/// acknowledged, and repeats over a new stream what was not.
class control_lane {
public:
  /// `position`: of the transfer that a `refused` is about.
  void push(frame_kind kind, std::vector<std::byte> payload, std::uint64_t position = 0);
  /// As many frames as may go; they count as sent.
  void fill(batch& into);
  /// Errors: bad_input for what was never sent.
  result<void> acknowledge(std::uint64_t sequence);
  /// A new stream, whose other end has everything up to `sequence`. Answers the bytes that go
  /// again. Errors: as above.
  result<std::size_t> resume(std::uint64_t sequence);

  /// Handed over and not acknowledged.
  std::size_t pending_bytes() const { return pending_bytes_; }
  /// Whether every frame has gone out at least once over this stream.
  bool drained() const { return sent_ == kept_.size(); }

private:
  struct frame {
    frame_header header;
    std::vector<std::byte> payload;
    std::size_t bytes() const { return frame_header_bytes + payload.size(); }
  };

  std::deque<std::shared_ptr<const frame>> kept_;
  std::size_t sent_ = 0;  ///< how many of those went out over this stream
  std::size_t sent_bytes_ = 0;
  std::size_t pending_bytes_ = 0;
  std::uint64_t last_ = 0;
};

}  // namespace echelon::net
