#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace echelon::compression {

/// LEB128: seven bits a byte, the least first; the top bit says that more follow.
inline void append_varint(std::vector<std::byte>& to, std::uint64_t number) {
  for (; number >= 0x80; number >>= 7)
    to.push_back(static_cast<std::byte>(number | 0x80));
  to.push_back(static_cast<std::byte>(number));
}

/// Takes a number off the front of `bytes`. nullopt when it is cut off, needs more than 63 bits, or
/// is not in its shortest form: then `bytes` is in no particular state.
inline std::optional<std::uint64_t> take_varint(std::span<const std::byte>& bytes) {
  std::uint64_t number = 0;
  for (int shift = 0; shift < 63 && !bytes.empty(); shift += 7) {
    const auto next = std::to_integer<std::uint64_t>(bytes.front());
    bytes = bytes.subspan(1);
    number |= (next & 0x7F) << shift;
    if (next < 0x80)
      return next == 0 && shift > 0 ? std::nullopt : std::optional{number};
  }
  return std::nullopt;
}

}  // namespace echelon::compression
