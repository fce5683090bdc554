#include "actors/remote/gather.hpp"

namespace echelon::remote {

std::size_t gather::body_bytes() const {
  std::size_t bytes = 0;
  for (const net::body& each : what_.bodies)
    bytes += each.size;
  return bytes;
}

bool gather::refuse(const char* why) {
  problem_ = why;
  return false;
}

bool gather::append(const void* from, std::size_t bytes) {
  if (bytes > net::head_bytes_max - what_.head.size())
    return refuse("its small fields take more than a head has room for");
  const auto* first = static_cast<const std::byte*>(from);
  what_.head.insert(what_.head.end(), first, first + bytes);
  return true;
}

bool gather::truth(bool& field) {
  const std::uint8_t value = field ? 1 : 0;
  return append(&value, sizeof value);
}

bool gather::text(std::string& field) {
  return count(field.size()) && append(field.data(), field.size());
}

bool gather::large(block& field) {
  auto kind = static_cast<std::uint8_t>(field.kind());
  return count(static_cast<std::uint64_t>(field.size())) && append(&kind, sizeof kind) &&
         count(field.hash()) && beside(field.memory(), field.bytes().size(), field.hash());
}

bool gather::large(blob& field) {
  return count(field.size()) && count(field.hash()) &&
         beside(field.memory(), field.size(), field.hash());
}

bool gather::beside(std::shared_ptr<const std::byte[]> memory, std::size_t bytes,
                    std::uint64_t hash) {
  if (bytes == 0)
    return true;
  if (what_.bodies.size() == net::bodies_max)
    return refuse("it carries more large values than a message may");
  what_.bodies.push_back({std::move(memory), bytes, hash});
  return true;
}

}  // namespace echelon::remote
