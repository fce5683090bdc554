#include "net/link/bulk_lane.hpp"

#include <algorithm>

#include "algorithms/base/contract.hpp"
#include "net/link/wire.hpp"

namespace echelon::net {
namespace {

constexpr int repeats_max = 3;
constexpr std::size_t page_bytes = 4096;

std::vector<std::byte> opening_of(const message& what) {
  std::vector<std::byte> bytes;
  bytes.reserve(1 + what.bodies.size() * body_facts_bytes + what.head.size());
  wire_writer to{bytes};
  to.put(static_cast<std::uint8_t>(what.bodies.size()));
  for (const body& each : what.bodies) {
    to.put(std::uint64_t{each.size});
    to.put(each.hash);
  }
  to.put_bytes(what.head);
  return bytes;
}

}  // namespace

void bulk_lane::push(message what) {
  expects(!what.bodies.empty() && what.bodies.size() <= bodies_max);
  expects(what.head.size() <= head_bytes_max);
  auto next = std::make_shared<transfer>();
  next->opening = opening_of(what);
  next->start = end_;
  next->bodies_start = end_ += next->opening.size();
  for (const body& each : what.bodies)
    end_ += each.size;
  next->end = end_;
  next->bodies = std::move(what.bodies);
  held_.push_back(std::move(next));
}

/// The transfer that the byte at `position` belongs to; none beyond the last.
std::shared_ptr<bulk_lane::transfer> bulk_lane::holding(std::uint64_t position) const {
  const auto found = std::ranges::upper_bound(held_, position, {}, &transfer::end);
  return found == held_.end() || position < (*found)->start ? nullptr : *found;
}

void bulk_lane::fill(batch& into, nanoseconds now) {
  std::uint64_t most = cursor_ + pace_.chunk_bytes();
  if (under_way() == 0 && cursor_ < end_) {
    pace_.begin_flight(now);
    if (end_ - cursor_ <= first_flight_bytes)
      most = end_;
  }
  while (cursor_ < std::min(most, end_) && !into.full()) {
    const auto which = holding(cursor_);
    const bool added = cursor_ == which->start ? add_open(which, into, now)
                                               : add_chunk(which, most, into, now);
    if (!added)
      break;
  }
  // The window may have shrunk below what is under way unasked: then nothing would ever answer.
  if (into.empty() && under_way() > 0 && cursor_ < end_ && asked_ < cursor_) {
    into.add({.kind = frame_kind::ping});
    pace_.asked(asked_ = cursor_, under_way(), now);
  }
}

bool bulk_lane::add_open(const std::shared_ptr<transfer>& which, batch& into, nanoseconds now) {
  const std::size_t size = which->opening.size();
  if (!pace_.admits(under_way(), size))
    return false;
  frame_header header{.kind = frame_kind::open,
                      .length = static_cast<std::uint32_t>(size),
                      .position = cursor_,
                      .payload_checksum = checksum(which->opening)};
  header.asks = advance(size, now);
  into.add(header, which->opening, which);
  return true;
}

/// Whole pages up to the position `most`, or the rest of the body: a landing stays aligned.
bool bulk_lane::add_chunk(const std::shared_ptr<transfer>& which, std::uint64_t most, batch& into,
                          nanoseconds now) {
  std::uint64_t offset = cursor_ - which->bodies_start;
  auto from = which->bodies.begin();
  for (; offset >= from->size; ++from)
    offset -= from->size;
  const std::uint64_t pages = (most - cursor_) / page_bytes * page_bytes;
  const std::uint64_t rest = from->size - offset;
  const std::size_t size = rest <= most - cursor_ ? rest : pages;
  if (size == 0 || !pace_.admits(under_way(), size))
    return false;
  frame_header header{
      .kind = frame_kind::chunk, .length = static_cast<std::uint32_t>(size), .position = cursor_};
  header.asks = advance(size, now);
  into.add(header, {from->memory.get() + offset, size}, which);
  return true;
}

/// Answers whether the frame asks to be acknowledged: an eighth of the window after the last that
/// did, and whenever nothing more may go before an answer.
bool bulk_lane::advance(std::size_t size, nanoseconds now) {
  const std::uint64_t before = under_way();
  cursor_ += size;
  const bool last = !pace_.admits(under_way(), pace_.chunk_bytes());
  if (!last && cursor_ - asked_ < pace_.window() / 8)
    return false;
  asked_ = cursor_;
  pace_.asked(cursor_, before, now);
  return true;
}

result<void> bulk_lane::acknowledge(std::uint64_t position, nanoseconds now) {
  if (position <= settled_)
    return {};
  if (position > cursor_) {
    const auto unwanted = holding(cursor_);
    if (!unwanted || position != unwanted->end || cursor_ == unwanted->start)
      return fail(errc::bad_input, "bulk bytes up to {} are acknowledged; {} were sent", position,
                  cursor_);
    cursor_ = asked_ = position;
  }
  pace_.acknowledged(position, position - settled_, now);
  settled_ = position;
  while (!held_.empty() && held_.front()->end <= settled_)
    held_.pop_front();
  return {};
}

result<std::uint64_t> bulk_lane::repeat(std::uint64_t position) {
  const auto which = holding(position);
  if (!which || position != which->start || position >= cursor_)
    return fail(errc::bad_input, "a transfer at {} is to be repeated; there is none", position);
  if (++which->repeats > repeats_max)
    return fail(errc::bad_input, "a transfer of {} bytes arrived damaged {} times",
                which->end - which->bodies_start, which->repeats);
  const std::uint64_t repeated = cursor_ - position;
  settled_ = cursor_ = asked_ = position;
  pace_.restart();
  return repeated;
}

result<std::uint64_t> bulk_lane::resume(std::uint64_t position, nanoseconds now) {
  const std::uint64_t first = held_.empty() ? end_ : held_.front()->start;
  const auto which = holding(position);
  const bool inside_opening = which && position > which->start && position < which->bodies_start;
  if (position < first || inside_opening)
    return fail(errc::bad_input, "bulk bytes from {} on are missed; those up to {} had come",
                position, settled_);
  const std::uint64_t sent = cursor_;
  ECHELON_CHECK(acknowledge(position, now));
  cursor_ = settled_ = asked_ = position;
  pace_.restart();
  return sent > position ? sent - position : 0;
}

}  // namespace echelon::net
