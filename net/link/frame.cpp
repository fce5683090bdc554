#include "net/link/frame.hpp"

#include <cstring>

#include "algorithms/base/hash.hpp"
#include "net/link/wire.hpp"

namespace echelon::net {
namespace {

constexpr std::uint8_t magic = 0xec;
constexpr std::uint8_t flag_asks = 1;
constexpr std::size_t checksummed_bytes = frame_header_bytes - sizeof(std::uint32_t);
constexpr std::uint64_t checksum_seed = 0x6e6f6c65686365;  // "echelon"

template <class T>
void store(header_bytes& bytes, std::size_t at, T number) {
  std::memcpy(bytes.data() + at, &number, sizeof(T));
}

std::string_view guess(std::uint8_t first) {
  if (first == 0x16)
    return "; it looks like TLS";
  if (first >= 'A' && first <= 'Z')
    return "; it looks like HTTP";
  return "";
}

}  // namespace

std::string_view to_string(frame_kind kind) {
  switch (kind) {
    case frame_kind::hello: return "hello";
    case frame_kind::welcome: return "welcome";
    case frame_kind::refuse: return "refuse";
    case frame_kind::message: return "message";
    case frame_kind::refused: return "refused";
    case frame_kind::open: return "open";
    case frame_kind::chunk: return "chunk";
    case frame_kind::ack: return "ack";
    case frame_kind::again: return "again";
    case frame_kind::ping: return "ping";
    case frame_kind::close: return "close";
  }
  return "unknown";
}

std::size_t payload_bytes_max(frame_kind kind) {
  switch (kind) {
    case frame_kind::hello:
    case frame_kind::welcome:
    case frame_kind::refuse: return greeting_bytes_max;
    case frame_kind::message: return head_bytes_max;
    case frame_kind::open: return open_bytes_max;
    case frame_kind::chunk: return chunk_bytes_max;
    case frame_kind::refused:
    case frame_kind::close: return reason_bytes_max;
    case frame_kind::ack:
    case frame_kind::again:
    case frame_kind::ping: return 0;
  }
  return 0;
}

std::uint32_t checksum(std::span<const std::byte> bytes) {
  return static_cast<std::uint32_t>(hash_bytes(bytes, checksum_seed));
}

header_bytes encode(const frame_header& header) {
  header_bytes bytes{};
  store(bytes, 0, magic);
  store(bytes, 1, protocol_version);
  store(bytes, 2, header.kind);
  store(bytes, 3, header.asks ? flag_asks : std::uint8_t{0});
  store(bytes, 4, header.length);
  store(bytes, 8, header.sequence);
  store(bytes, 16, header.position);
  store(bytes, 24, header.payload_checksum);
  store(bytes, checksummed_bytes, checksum(std::span{bytes}.first<checksummed_bytes>()));
  return bytes;
}

result<frame_header> decode_header(std::span<const std::byte, frame_header_bytes> bytes) {
  wire_reader from{bytes};
  const auto first = from.take<std::uint8_t>();
  const auto version = from.take<std::uint8_t>();
  const auto kind = from.take<std::uint8_t>();
  const auto flags = from.take<std::uint8_t>();
  frame_header header;
  header.length = from.take<std::uint32_t>();
  header.sequence = from.take<std::uint64_t>();
  header.position = from.take<std::uint64_t>();
  header.payload_checksum = from.take<std::uint32_t>();
  if (first != magic)
    return fail(errc::unreachable, "what came is no frame (it begins with byte {}){}", first,
                guess(first));
  if (from.take<std::uint32_t>() != checksum(bytes.first<checksummed_bytes>()))
    return fail(errc::unreachable, "a frame's header was damaged on the way");
  if (version != protocol_version)
    return fail(errc::bad_input, "a frame of protocol version {}; this is {}", version,
                protocol_version);
  if (kind < static_cast<std::uint8_t>(frame_kind::hello) ||
      kind > static_cast<std::uint8_t>(frame_kind::close) || flags > flag_asks)
    return fail(errc::bad_input, "a frame of unknown kind {} with flags {}", kind, flags);
  header.kind = static_cast<frame_kind>(kind);
  header.asks = flags == flag_asks;
  if (header.length > payload_bytes_max(header.kind))
    return fail(errc::bad_input, "a frame \"{}\" of {} bytes; the most is {}",
                to_string(header.kind), header.length, payload_bytes_max(header.kind));
  return header;
}

result<void> check_payload(const frame_header& header, std::span<const std::byte> payload) {
  if (header.length > 0 && checksum(payload) != header.payload_checksum)
    return fail(errc::unreachable, "the payload of a frame \"{}\" was damaged on the way",
                to_string(header.kind));
  return {};
}

}  // namespace echelon::net
