#pragma once

#include <vector>

#include "net/link/frame.hpp"
#include "net/link/wire.hpp"
#include "tests/fuzz/targets.hpp"

namespace echelon::fuzz {

/// Frames whose checksums hold, so that what lies behind those is reached. Each is kind, flags and
/// length (a byte each), sequence and position (two each), and its payload.
inline std::vector<std::byte> mended_frames(bytes input) {
  std::vector<std::byte> all;
  for (net::wire_reader from{input}; !from.rest().empty();) {
    net::frame_header header;
    header.kind = static_cast<net::frame_kind>(from.take<std::uint8_t>());
    header.asks = (from.take<std::uint8_t>() & 1) != 0;
    const std::size_t length = from.take<std::uint8_t>();
    header.sequence = from.take<std::uint16_t>();
    header.position = from.take<std::uint16_t>();
    const bytes payload = from.take_bytes(std::min(length, from.rest().size()));
    header.length = static_cast<std::uint32_t>(payload.size());
    if (header.kind != net::frame_kind::chunk)
      header.payload_checksum = net::checksum(payload);
    const auto head = net::encode(header);
    all.insert(all.end(), head.begin(), head.end());
    all.insert(all.end(), payload.begin(), payload.end());
  }
  return all;
}

}  // namespace echelon::fuzz
