#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "algorithms/base/result.hpp"
#include "net/link.hpp"

namespace echelon::net {

inline constexpr std::uint8_t protocol_version = 1;
inline constexpr std::size_t frame_header_bytes = 32;
inline constexpr std::size_t chunk_bytes_max = 256 * 1024;
inline constexpr std::size_t greeting_bytes_max = 1024;
/// What an `open` says of each body: size and hash.
inline constexpr std::size_t body_facts_bytes = 16;
inline constexpr std::size_t open_bytes_max = 1 + bodies_max * body_facts_bytes + head_bytes_max;
inline constexpr std::size_t reason_bytes_max = 512;

/// What a frame is. `message` and `refused` are the control lane: numbered, kept and repeated until
/// acknowledged. `open` and `chunk` are the bulk lane. The rest is about the stream or the moment.
enum class frame_kind : std::uint8_t {
  hello = 1,  ///< the first frame of whoever dialled
  welcome,    ///< the first of whoever was dialled
  refuse,     ///< or this, and no other
  message,    ///< a head without bodies
  refused,    ///< no room for the transfer that began at `position`
  open,       ///< a transfer begins: what its bodies are, and its head
  chunk,      ///< a piece of one body, straight from memory
  ack,        ///< all control up to `sequence` and all bulk before `position` has come
  again,      ///< begin anew with the transfer that began at `position`: it was damaged
  ping,       ///< to be answered with an `ack`
  close,      ///< the link is over; the payload says why
};

std::string_view to_string(frame_kind kind);

/// 32 bytes before every payload, numbers least byte first:
///
///     0 magic   1 version   2 kind   3 flags   4 length u32   8 sequence u64   16 position u64
///     24 checksum of the payload u32 (chunks have none)   28 checksum of the 28 bytes before u32
///
/// `position` counts the bulk lane's bytes over the life of the link: the payloads of its opens and
/// all bodies, one after the other.
struct frame_header {
  frame_kind kind{};
  bool asks = false;  ///< flag 1: acknowledge at once
  std::uint32_t length = 0;
  std::uint64_t sequence = 0;
  std::uint64_t position = 0;
  std::uint32_t payload_checksum = 0;

  bool operator==(const frame_header&) const = default;
};

using header_bytes = std::array<std::byte, frame_header_bytes>;

header_bytes encode(const frame_header& header);

/// Errors: unreachable when the bytes are damaged or none of ours (another stream may do better);
/// bad_input when they are whole and make no sense: unknown version, kind or flag, too long.
result<frame_header> decode_header(std::span<const std::byte, frame_header_bytes> bytes);

/// The longest payload of a kind.
std::size_t payload_bytes_max(frame_kind kind);

std::uint32_t checksum(std::span<const std::byte> bytes);

/// Errors: unreachable when the payload, as long as the header says, is not what its sender wrote.
result<void> check_payload(const frame_header& header, std::span<const std::byte> payload);

}  // namespace echelon::net
