#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "actors/remote/frames.hpp"
#include "net/link/frame.hpp"
#include "net/link/pace.hpp"

namespace echelon::remote {

/// Counts what `gather` would write into a head, without writing it.
class wire_size : public field_walk<wire_size> {
public:
  std::int64_t bytes() const { return bytes_; }

private:
  friend field_walk<wire_size>;

  template <class T>
  bool number(T&) {
    return add(sizeof(T));
  }
  bool truth(bool&) { return add(sizeof(std::uint8_t)); }
  bool text(std::string& field) { return add(count_bytes + field.size()); }
  bool large(block&) { return add(count_bytes + sizeof(std::uint8_t) + hash_bytes); }
  bool large(blob&) { return add(count_bytes + hash_bytes); }
  bool enter() { return true; }
  void leave() {}
  void named(const char*) {}
  bool refuse(const char*) { return true; }

  template <class T>
  bool items(std::vector<T>& field) {
    add(count_bytes);
    for (T& item : field)
      visit(item);
    return true;
  }
  template <class T>
  bool maybe(std::optional<T>& field) {
    return add(sizeof(std::uint8_t)) && (!field || visit(*field));
  }

  bool add(std::size_t bytes) {
    bytes_ += static_cast<std::int64_t>(bytes);
    return true;
  }

  static constexpr std::size_t count_bytes = sizeof(std::uint64_t);
  static constexpr std::size_t hash_bytes = sizeof(std::uint64_t);

  std::int64_t bytes_ = 0;
};

/// What a message that wants no answer takes on a stream, all headers included. `body_bytes`: of
/// its one large value, which need not be there; 0: it has none. Cost: O(fields).
template <class Message>
std::int64_t wire_bytes(const Message& what, std::int64_t body_bytes = 0) {
  constexpr auto frame = static_cast<std::int64_t>(net::frame_header_bytes);
  constexpr auto chunk = static_cast<std::int64_t>(net::chunk_bytes_max);
  constexpr auto opening = static_cast<std::int64_t>(1 + net::body_facts_bytes);
  wire_size head;
  head(frame_prefix{}, plain_frame{}, what);
  const std::int64_t alone = frame + head.bytes();
  const std::int64_t chunks = (body_bytes + chunk - 1) / chunk;
  return body_bytes == 0 ? alone : alone + opening + chunks * frame + body_bytes;
}

/// What the other end says to a large value: that it has come, and on a fast line whenever an
/// eighth of the credit has. Acknowledgements of short messages go with many of them.
inline std::int64_t acknowledging_bytes(std::int64_t body_bytes) {
  constexpr auto frame = static_cast<std::int64_t>(net::frame_header_bytes);
  constexpr auto between = static_cast<std::int64_t>(net::credit_bytes / 8);
  return body_bytes == 0 ? 0 : frame * (1 + body_bytes / between);
}

}  // namespace echelon::remote
