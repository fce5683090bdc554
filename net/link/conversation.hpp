#pragma once

#include <functional>
#include <optional>
#include <string>

#include "net/clock.hpp"
#include "net/link.hpp"
#include "net/link/bulk_lane.hpp"
#include "net/link/control_lane.hpp"
#include "net/link/frame_assembler.hpp"
#include "net/link/receiver.hpp"

namespace echelon::net {

/// What two ends of a link say to each other, whatever carries it: told of messages, frames and
/// streams, it answers what is to be written next. No coroutine, no stream.
class conversation final : public frame_consumer {
public:
  conversation(const clock& time, std::function<void(const std::string&)> log)
      : time_(time), log_(std::move(log)) {}

  void read_with(link_reader* reader) { receiver_.read_with(reader); }
  link_reader* reader() const { return receiver_.reader(); }

  /// A message within the limits of `link.hpp`.
  void send(message what);
  /// Asks the peer for a sign of life, and tells it what no acknowledgement has told.
  void ping();
  void acknowledge();

  /// What goes next, the most urgent first: replies, control, a chunk's worth of bulk.
  void fill(batch& into);
  /// The control lane alone; answers whether all of it has gone.
  bool fill_control(batch& into);
  /// Whether something has come up for `fill` since it was asked last.
  bool stirred();

  receipts received() const { return receiver_.received(); }
  /// Another stream, whose other end has received so much. Errors: bad_input when it cannot have.
  result<void> resume(receipts peer);

  /// Set once the peer has said goodbye: why.
  const std::optional<std::string>& goodbye() const { return goodbye_; }
  std::size_t pending_bytes() const { return control_.pending_bytes() + bulk_.pending_bytes(); }
  std::int64_t bytes_repeated() const { return bytes_repeated_; }
  std::int64_t messages_refused() const { return messages_refused_; }

  result<std::span<std::byte>> chunk_room(const frame_header& header) override;
  void chunk_grew(std::size_t count) override;
  result<void> frame_came(const frame_header& header, std::span<const std::byte> payload) override;

private:
  void fill_replies(batch& into);
  result<void> acknowledged(const frame_header& header);
  result<void> repeat(std::uint64_t position);
  result<void> refused(const frame_header& header, std::span<const std::byte> payload);

  const clock& time_;
  std::function<void(const std::string&)> log_;
  control_lane control_;
  bulk_lane bulk_;
  receiver receiver_;
  bool ping_due_ = false;
  bool stirred_ = false;
  std::optional<std::string> goodbye_;
  std::int64_t bytes_repeated_ = 0;
  std::int64_t messages_refused_ = 0;
};

}  // namespace echelon::net
