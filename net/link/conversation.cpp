#include "net/link/conversation.hpp"

#include <utility>

namespace echelon::net {
namespace {

std::string text_of(std::span<const std::byte> bytes) {
  return printable({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

std::vector<std::byte> bytes_of(const std::string& text) {
  const auto bytes = std::as_bytes(std::span{text});
  return {bytes.begin(), bytes.end()};
}

}  // namespace

void conversation::send(message what) {
  if (what.bodies.empty())
    control_.push(frame_kind::message, std::move(what.head));
  else
    bulk_.push(std::move(what));
  stirred_ = true;
}

void conversation::ping() { stirred_ = ping_due_ = true; }

void conversation::acknowledge() {
  if (receiver_.owes())
    stirred_ = receiver_.due.acknowledge = true;
}

bool conversation::stirred() {
  const bool urgent = receiver_.due.acknowledge || receiver_.due.again;
  return std::exchange(stirred_, false) || urgent;
}

// ---------------------------------------------------------------- what goes

void conversation::fill(batch& into) {
  fill_replies(into);
  control_.fill(into);
  bulk_.fill(into, time_.now());
}

bool conversation::fill_control(batch& into) {
  control_.fill(into);
  return control_.drained();
}

void conversation::fill_replies(batch& into) {
  replies& due = receiver_.due;
  for (const auto& each : std::exchange(due.refused, {}))
    control_.push(frame_kind::refused, bytes_of(printable(each.reason)), each.position);
  if (due.again)
    into.add({.kind = frame_kind::again, .position = *std::exchange(due.again, std::nullopt)});
  if (std::exchange(due.acknowledge, false) || (receiver_.owes() && !control_.drained())) {
    const receipts come = receiver_.received();
    into.add({.kind = frame_kind::ack, .sequence = come.sequence, .position = come.position});
    receiver_.acknowledged();
  }
  if (std::exchange(ping_due_, false))
    into.add({.kind = frame_kind::ping});
}

result<void> conversation::resume(receipts peer) {
  ECHELON_TRY(const std::size_t control, control_.resume(peer.sequence));
  ECHELON_TRY(const std::uint64_t bulk, bulk_.resume(peer.position, time_.now()));
  bytes_repeated_ += static_cast<std::int64_t>(control + bulk);
  receiver_.restart();
  ping_due_ = false;
  return {};
}

// ---------------------------------------------------------------- what comes

result<std::span<std::byte>> conversation::chunk_room(const frame_header& header) {
  return receiver_.chunk_room(header);
}

void conversation::chunk_grew(std::size_t count) { receiver_.chunk_grew(count); }

result<void> conversation::frame_came(const frame_header& header,
                                      std::span<const std::byte> payload) {
  switch (header.kind) {
    case frame_kind::message: return receiver_.message_came(header, payload);
    case frame_kind::refused: return refused(header, payload);
    case frame_kind::open: return receiver_.open_came(header, payload);
    case frame_kind::chunk: return receiver_.chunk_ended(header);
    case frame_kind::ack: return acknowledged(header);
    case frame_kind::again: return repeat(header.position);
    case frame_kind::ping: receiver_.due.acknowledge = true; return {};
    case frame_kind::close: goodbye_ = text_of(payload); return {};
    case frame_kind::hello:
    case frame_kind::welcome:
    case frame_kind::refuse: break;
  }
  return fail(errc::bad_input, "a \"{}\" in the middle of a stream", to_string(header.kind));
}

result<void> conversation::acknowledged(const frame_header& header) {
  ECHELON_CHECK(control_.acknowledge(header.sequence));
  ECHELON_CHECK(bulk_.acknowledge(header.position, time_.now()));
  stirred_ |= pending_bytes() > 0;
  return {};
}

result<void> conversation::repeat(std::uint64_t position) {
  ECHELON_TRY(const std::uint64_t repeated, bulk_.repeat(position));
  bytes_repeated_ += static_cast<std::int64_t>(repeated);
  log_(fmt::format("arrived damaged and goes again: {} bytes", repeated));
  stirred_ = true;
  return {};
}

result<void> conversation::refused(const frame_header& header, std::span<const std::byte> payload) {
  ECHELON_TRY(const bool news, receiver_.refused_came(header));
  if (news) {
    ++messages_refused_;
    log_(fmt::format("had no room for a message: {}", text_of(payload)));
  }
  return {};
}

}  // namespace echelon::net
