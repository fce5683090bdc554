#include "net/link/wire.hpp"

namespace echelon::net {

void wire_writer::put_bytes(std::span<const std::byte> bytes) {
  const std::size_t before = into_.size();
  into_.resize(before + bytes.size());
  if (!bytes.empty())
    std::memcpy(into_.data() + before, bytes.data(), bytes.size());
}

}  // namespace echelon::net
