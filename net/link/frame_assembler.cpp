#include "net/link/frame_assembler.hpp"

#include <algorithm>

#include "algorithms/base/contract.hpp"

namespace echelon::net {
namespace {

constexpr std::size_t discarded_bytes_max = 16 * 1024;  // at once

}  // namespace

std::span<std::byte> frame_assembler::room() {
  if (!in_payload_)
    return std::span{header_}.subspan(done_);
  if (!wanted_.empty())
    return wanted_.subspan(done_);
  if (current_.kind != frame_kind::chunk)
    return std::span{own_}.subspan(done_);
  return std::span{own_}.first(std::min(own_.size(), current_.length - done_));
}

result<void> frame_assembler::took(std::size_t count) {
  expects(count > 0 && count <= room().size());
  done_ += count;
  if (!in_payload_)
    return done_ < frame_header_bytes ? result<void>{} : begin_payload();
  if (!wanted_.empty())
    to_.chunk_grew(count);
  return done_ < current_.length ? result<void>{} : end_frame();
}

result<void> frame_assembler::begin_payload() {
  ECHELON_TRY(current_, decode_header(header_));
  in_payload_ = true;
  done_ = 0;
  wanted_ = {};
  if (current_.kind == frame_kind::chunk) {
    ECHELON_TRY(wanted_, to_.chunk_room(current_));
    if (wanted_.empty())
      own_.resize(std::min<std::size_t>(current_.length, discarded_bytes_max));
  } else {
    own_.resize(current_.length);
  }
  return current_.length > 0 ? result<void>{} : end_frame();
}

result<void> frame_assembler::end_frame() {
  in_payload_ = false;
  done_ = 0;
  if (current_.kind == frame_kind::chunk)
    return to_.frame_came(current_, {});
  ECHELON_CHECK(check_payload(current_, own_));
  return to_.frame_came(current_, own_);
}

}  // namespace echelon::net
