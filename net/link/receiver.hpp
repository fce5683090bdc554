#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "algorithms/base/hash.hpp"
#include "net/link/frame.hpp"
#include "net/link/greeting.hpp"

namespace echelon::net {

/// What the receiving half wants its peer to be told.
struct replies {
  bool acknowledge = false;            ///< at once; otherwise with whatever goes next
  std::optional<std::uint64_t> again;  ///< the transfer that began there, once more
  struct refused_transfer {
    std::uint64_t position;
    std::string reason;
  };
  std::vector<refused_transfer> refused;
};

/// The receiving half of both lanes: drops what comes twice, hands messages on in order, lets
/// bodies be written straight into their landings and checks them against their hashes as they
/// come. Errors of all its functions: bad_input for what an honest peer never sends.
class receiver {
public:
  /// Who is told; nullptr: nobody, and what comes is lost.
  void read_with(link_reader* reader) { reader_ = reader; }
  link_reader* reader() const { return reader_; }

  /// A frame `message`: hands it on unless it came before.
  result<void> message_came(const frame_header& header, std::span<const std::byte> payload);
  /// A frame `refused`: answers whether it is news, `reason` being the payload.
  result<bool> refused_came(const frame_header& header);
  result<void> open_came(const frame_header& header, std::span<const std::byte> payload);
  /// Where the next bytes of this chunk go; empty: nowhere, it is not wanted (any more).
  result<std::span<std::byte>> chunk_room(const frame_header& header);
  /// So many bytes of that room were written.
  void chunk_grew(std::size_t count);
  /// ... all of them.
  result<void> chunk_ended(const frame_header& header);

  /// What has come; for the header of an `ack`, or a hello.
  receipts received() const { return {sequence_, position_}; }
  /// Told by the peer or due by itself, and not answered yet.
  replies due;
  /// Whether something came that no acknowledgement has told the peer.
  bool owes() const { return owed_bytes_ > 0; }
  void acknowledged() { owed_bytes_ = 0; }
  /// Another stream: what was under way over the old one is gone.
  void restart();

private:
  struct arrival {
    std::uint64_t start = 0;
    std::uint64_t end = 0;
    std::vector<std::byte> head;
    std::vector<body> bodies;  ///< their memory is set at the end
    std::vector<landing> landings;
    std::size_t index = 0;   ///< the body that grows
    std::size_t offset = 0;  ///< in it
    int damages = 0;
  };

  result<bool> is_next(const frame_header& header);
  result<arrival> parse_open(const frame_header& header, std::span<const std::byte> payload) const;
  void refuse(const std::string& reason);
  result<void> end_bodies();
  result<std::vector<landing>> make_room() const;
  result<void> ask_again();
  void owe(std::size_t bytes);

  link_reader* reader_ = nullptr;
  std::uint64_t sequence_ = 0;
  std::uint64_t position_ = 0;
  std::optional<arrival> arriving_;
  byte_hasher hasher_;
  bool awaiting_repeat_ = false;
  std::size_t owed_bytes_ = 0;
};

}  // namespace echelon::net
