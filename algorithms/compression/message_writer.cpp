#include "algorithms/compression/message_writer.hpp"

#include "algorithms/compression/payload_format.hpp"
#include "algorithms/compression/varint.hpp"

namespace echelon::compression {

void message_writer::frame(payload_id kind, index length) {
  segments_.push_back(static_cast<std::byte>(kind));
  append_varint(segments_, static_cast<std::uint64_t>(length));
  append_varint(segments_, body_.size());
  segments_.insert(segments_.end(), body_.begin(), body_.end());
  ++count_;
}

blob message_writer::finish() const {
  std::vector<std::byte> message{std::byte{payload_version}};
  message.reserve(segments_.size() + 10);
  append_varint(message, static_cast<std::uint64_t>(count_));
  message.insert(message.end(), segments_.begin(), segments_.end());
  return blob::copy(message);
}

}  // namespace echelon::compression
