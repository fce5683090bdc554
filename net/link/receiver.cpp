#include "net/link/receiver.hpp"

#include <algorithm>
#include <utility>

#include "net/link/wire.hpp"

namespace echelon::net {
namespace {

constexpr int damages_max = 3;
constexpr std::uint64_t position_max = std::uint64_t{1} << 60;
/// So much of the control lane may come before it is acknowledged without anything else to send.
constexpr std::size_t owed_bytes_max = 32 * 1024;
constexpr std::size_t refusals_max = 64;

bool fits(const std::vector<landing>& rooms, std::span<const std::size_t> sizes) {
  return std::ranges::equal(rooms, sizes, [](const landing& room, std::size_t size) {
    return room.size == size && (size == 0 || room.memory);
  });
}

}  // namespace

/// Answers whether a control frame is the next one; one that came before is none.
result<bool> receiver::is_next(const frame_header& header) {
  if (header.sequence > sequence_ + 1)
    return fail(errc::bad_input, "control frame {} came after {}", header.sequence, sequence_);
  owe(frame_header_bytes + header.length);
  if (header.sequence <= sequence_)
    return false;
  ++sequence_;
  return true;
}

void receiver::owe(std::size_t bytes) {
  owed_bytes_ += bytes;
  if (owed_bytes_ >= owed_bytes_max)
    due.acknowledge = true;
}

result<void> receiver::message_came(const frame_header& header,
                                    std::span<const std::byte> payload) {
  ECHELON_TRY(const bool news, is_next(header));
  if (news && reader_ != nullptr)
    reader_->on_message(payload, {});
  return {};
}

result<bool> receiver::refused_came(const frame_header& header) { return is_next(header); }

result<receiver::arrival> receiver::parse_open(const frame_header& header,
                                               std::span<const std::byte> payload) const {
  wire_reader from{payload};
  arrival next;
  next.bodies.resize(from.take<std::uint8_t>());
  if (next.bodies.empty() || next.bodies.size() > bodies_max)
    return fail(errc::bad_input, "a transfer of {} bodies; 1 to {} are possible",
                next.bodies.size(), bodies_max);
  next.start = header.position;
  next.end = header.position + payload.size();
  for (body& each : next.bodies) {
    const auto size = from.take<std::uint64_t>();
    if (size > position_max - next.end)
      return fail(errc::bad_input, "a transfer promises a body of {} bytes", size);
    each.size = size;
    each.hash = from.take<std::uint64_t>();
    next.end += size;
  }
  const auto head = from.rest();
  if (!from.whole() || head.size() > head_bytes_max)
    return fail(errc::bad_input, "the opening of a transfer, {} bytes, makes no sense",
                payload.size());
  next.head.assign(head.begin(), head.end());
  return next;
}

result<void> receiver::open_came(const frame_header& header, std::span<const std::byte> payload) {
  const bool repeat = awaiting_repeat_ && header.position == position_;
  if (header.position < position_ || (awaiting_repeat_ && !repeat))
    return {};
  if (header.position > position_ || (arriving_ && !repeat))
    return fail(errc::bad_input, "a transfer begins at {}; the next byte is {}", header.position,
                position_);
  ECHELON_TRY(arrival next, parse_open(header, payload));
  next.damages = repeat ? std::exchange(arriving_, std::nullopt)->damages : 0;
  awaiting_repeat_ = false;
  position_ += payload.size();
  arriving_ = std::move(next);
  due.acknowledge |= header.asks;
  auto rooms = make_room();
  if (!rooms) {
    refuse(rooms.error().detail);
    return {};
  }
  arriving_->landings = *std::move(rooms);
  hasher_.restart();
  return end_bodies();
}

result<std::vector<landing>> receiver::make_room() const {
  std::vector<std::size_t> sizes;
  for (const body& each : arriving_->bodies)
    sizes.push_back(each.size);
  if (reader_ == nullptr)
    return fail(errc::unreachable, "nobody reads");
  auto rooms = reader_->make_room(arriving_->head, sizes);
  if (rooms && !fits(*rooms, sizes))
    return fail(errc::bad_input, "no room of that size");
  return rooms;
}

void receiver::refuse(const std::string& reason) {
  const arrival refused = *std::exchange(arriving_, std::nullopt);
  position_ = refused.end;
  due.acknowledge = true;
  if (due.refused.size() < refusals_max)
    due.refused.push_back({refused.start, reason});
}

result<std::span<std::byte>> receiver::chunk_room(const frame_header& header) {
  // Under way when its transfer was refused or is to be repeated.
  if (header.position < position_ || awaiting_repeat_)
    return std::span<std::byte>{};
  if (header.position > position_ || !arriving_ || header.length == 0)
    return fail(errc::bad_input, "a chunk at {}; the next byte is {}{}", header.position, position_,
                arriving_ ? "" : ", where a transfer must begin");
  const landing& room = arriving_->landings[arriving_->index];
  if (header.length > room.size - arriving_->offset)
    return fail(errc::bad_input, "a chunk of {} bytes; {} are missing", header.length,
                room.size - arriving_->offset);
  return std::span{room.memory.get() + arriving_->offset, header.length};
}

void receiver::chunk_grew(std::size_t count) {
  const landing& room = arriving_->landings[arriving_->index];
  hasher_.add({room.memory.get() + arriving_->offset, count});
  arriving_->offset += count;
  position_ += count;
}

result<void> receiver::chunk_ended(const frame_header& header) {
  due.acknowledge |= header.asks;
  if (!arriving_ || awaiting_repeat_)
    return {};
  return end_bodies();
}

/// Goes on to the next body where one is complete, and hands the message on after the last.
result<void> receiver::end_bodies() {
  arrival& now = *arriving_;
  while (now.index < now.bodies.size() && now.offset == now.bodies[now.index].size) {
    if (hasher_.value() != now.bodies[now.index].hash)
      return ask_again();
    hasher_.restart();
    now.offset = 0;
    ++now.index;
  }
  if (now.index < now.bodies.size())
    return {};
  arrival whole = *std::exchange(arriving_, std::nullopt);
  for (std::size_t i = 0; i < whole.bodies.size(); ++i)
    whole.bodies[i].memory = std::move(whole.landings[i].memory);
  due.acknowledge = true;
  if (reader_ != nullptr)
    reader_->on_message(whole.head, std::move(whole.bodies));
  return {};
}

result<void> receiver::ask_again() {
  if (++arriving_->damages > damages_max)
    return fail(errc::bad_input, "body {} of a transfer arrived damaged {} times", arriving_->index,
                arriving_->damages);
  arriving_->landings.clear();
  position_ = arriving_->start;
  awaiting_repeat_ = true;
  due.again = position_;
  return {};
}

void receiver::restart() {
  due.acknowledge = false;
  due.again.reset();
}

}  // namespace echelon::net
