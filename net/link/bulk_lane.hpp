#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "net/link/batch.hpp"
#include "net/link/pace.hpp"

namespace echelon::net {

/// The sending half of the bulk lane: messages with bodies, one after the other, in chunks straight
/// from their memory. Positions count the payloads of opens and the bodies over the link's life, so
/// one number says what has arrived. A message is held until all of it has.
class bulk_lane {
public:
  /// At least one body, at most `bodies_max`; the head not beyond `head_bytes_max`.
  void push(message what);
  /// A chunk's worth of frames at most, as the pace admits; they count as sent.
  void fill(batch& into, nanoseconds now);
  /// Everything before `position` has arrived, or is not wanted: beyond what was sent it may be the
  /// end of the transfer under way, which is then skipped. Errors: bad_input for what was never
  /// sent.
  result<void> acknowledge(std::uint64_t position, nanoseconds now);
  /// The transfer that began at `position` arrived damaged: goes again, with all behind it. Answers
  /// the bytes that go again. Errors: bad_input for what is no such beginning, or too often.
  result<std::uint64_t> repeat(std::uint64_t position);
  /// A new stream, whose other end has everything before `position`. Answers the bytes that go
  /// again. Errors: bad_input for what was never sent or had been acknowledged.
  result<std::uint64_t> resume(std::uint64_t position, nanoseconds now);

  /// Handed over and not acknowledged.
  std::uint64_t pending_bytes() const { return end_ - settled_; }
  /// Where the next transfer will begin.
  std::uint64_t end() const { return end_; }
  const class pace& pace() const { return pace_; }

private:
  struct transfer {
    std::uint64_t start = 0;
    std::uint64_t bodies_start = 0;
    std::uint64_t end = 0;
    int repeats = 0;
    std::vector<std::byte> opening;
    std::vector<body> bodies;
  };

  std::shared_ptr<transfer> holding(std::uint64_t position) const;
  bool add_open(const std::shared_ptr<transfer>& which, batch& into, nanoseconds now);
  bool add_chunk(const std::shared_ptr<transfer>& which, std::uint64_t most, batch& into,
                 nanoseconds now);
  bool advance(std::size_t size, nanoseconds now);
  std::uint64_t under_way() const { return cursor_ - settled_; }

  std::deque<std::shared_ptr<transfer>> held_;  ///< those that end beyond what has settled
  std::uint64_t settled_ = 0;                   ///< everything before it has arrived
  std::uint64_t cursor_ = 0;                    ///< the next byte to send
  std::uint64_t end_ = 0;
  std::uint64_t asked_ = 0;  ///< everything before it was asked to be acknowledged
  class pace pace_;
};

}  // namespace echelon::net
