#include "net/transports/pipe.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace echelon::net {

pipe::pipe(const asio::any_io_executor& where, clock& time, direction_faults faults,
           random_stream random)
    : time_{time}, faults_{std::move(faults)}, random_{random}, changed_{where} {}

asio::awaitable<result<std::size_t>> pipe::read_some(std::span<std::byte> into) {
  for (;;) {
    const std::uint64_t heard = changed_.rings();
    if (auto usable = readable(); !usable)
      co_return pass_on(std::move(usable));
    if (const std::size_t taken = take(into); taken > 0)
      co_return taken;
    co_await wait(heard,
                  packets_.empty() ? nanoseconds::max() : passes_at(packets_.front().arrival));
  }
}

asio::awaitable<result<void>> pipe::write(std::span<const asio::const_buffer> gather) {
  for (const asio::const_buffer& buffer : gather) {
    std::span rest{static_cast<const std::byte*>(buffer.data()), buffer.size()};
    while (!rest.empty()) {
      const std::uint64_t heard = changed_.rings();
      if (auto usable = writable(); !usable)
        co_return usable;
      const std::size_t wanted = packet_size(rest.size());
      if (room() >= wanted) {
        hand_over(rest.first(wanted));
        rest = rest.subspan(wanted);
      } else {
        co_await wait(heard, std::min(room_due(wanted), passes_at(reader_gone_)));
      }
    }
  }
  co_return result<void>{};
}

void pipe::close_writer() {
  if (std::exchange(writer_closed_, true))
    return;
  packets_.push_back({{}, time_.now() + faults_.latency + faults_.close_delay});
  changed_.ring();
}

void pipe::close_reader() {
  if (std::exchange(reader_closed_, true))
    return;
  reader_gone_ = time_.now() + faults_.latency;
  packets_.clear();
  changed_.ring();
}

void pipe::reset_at(nanoseconds moment) {
  reset_at_ = std::min(reset_at_, moment);
  changed_.ring();
}

void pipe::change(direction_faults faults) {
  faults_ = std::move(faults);
  changed_.ring();
}

bool pipe::reset() const { return time_.now() >= reset_at_ || taken_ >= faults_.reset_bytes; }

result<void> pipe::readable() const {
  if (reader_closed_)
    return fail(errc::unreachable, "the stream is closed");
  if (reset())
    return fail(errc::unreachable, "the stream was reset");
  const bool end_arrived = !packets_.empty() && packets_.front().bytes.empty() &&
                           arrived(packets_.front());
  if (end_arrived || taken_ >= faults_.limit_bytes)
    return fail(errc::unreachable, "the peer closed the stream");
  return {};
}

result<void> pipe::writable() const {
  if (writer_closed_)
    return fail(errc::unreachable, "the stream is closed");
  if (reset())
    return fail(errc::unreachable, "the stream was reset");
  if (passes_at(reader_gone_) <= time_.now() || taken_ >= faults_.limit_bytes)
    return fail(errc::unreachable, "the peer closed the stream");
  return {};
}

void pipe::hand_over(std::span<const std::byte> bytes) {
  packet next{{bytes.begin(), bytes.end()}, cross(bytes.size())};
  for (const flip& change : faults_.flips)
    if (change.offset >= handed_over_ && change.offset - handed_over_ < bytes.size())
      next.bytes[change.offset - handed_over_] ^= change.mask;
  handed_over_ += bytes.size();
  packets_.push_back(std::move(next));
  changed_.ring();
}

/// When a packet that leaves the writer now arrives; one that overtakes another waits for it.
nanoseconds pipe::cross(std::size_t bytes) {
  nanoseconds moment = time_.now();
  const index tries = faults_.loss > 0 ? random_.geometric(faults_.loss) : 1;
  const bool twice = faults_.duplication > 0 && random_.bernoulli(faults_.duplication);
  if (faults_.bytes_per_s > 0) {
    const double crossing = static_cast<double>(bytes) * static_cast<double>(tries + twice);
    bottleneck_free_ = std::max(bottleneck_free_, moment) +
                       to_nanoseconds(seconds{crossing / faults_.bytes_per_s});
    moment = bottleneck_free_;
  }
  moment += faults_.latency + (tries - 1) * faults_.retransmission;
  if (faults_.jitter > nanoseconds{0})
    moment += to_nanoseconds(to_seconds(faults_.jitter) * random_.uniform());
  return moment;
}

std::size_t pipe::take(std::span<std::byte> into) {
  std::size_t most = std::min(
      {into.size(), faults_.limit_bytes - taken_, faults_.reset_bytes - taken_});
  if (faults_.slice_bytes > 0)
    most = std::min(most, faults_.slice_bytes);
  std::size_t taken = 0;
  while (taken < most && !packets_.empty() && arrived(packets_.front())) {
    const std::vector<std::byte>& first = packets_.front().bytes;
    const std::size_t count = std::min(most - taken, first.size() - taken_of_first_);
    if (count == 0)
      break;  // the writer's end
    std::memcpy(into.data() + taken, first.data() + taken_of_first_, count);
    taken += count;
    taken_of_first_ += count;
    if (taken_of_first_ == first.size()) {
      packets_.pop_front();
      taken_of_first_ = 0;
    }
  }
  if (taken > 0) {
    taken_ += taken;
    changed_.ring();
  }
  return taken;
}

std::size_t pipe::packet_size(std::size_t remaining) const {
  const bool by_packets = faults_.bytes_per_s > 0 || faults_.loss > 0 || faults_.duplication > 0 ||
                          faults_.jitter > nanoseconds{0};
  constexpr std::size_t undisturbed_bytes = 64 * 1024;
  return std::min(
      {remaining, by_packets ? faults_.packet_bytes : undisturbed_bytes, faults_.window_bytes});
}

std::size_t pipe::room() const {
  const std::size_t unread = handed_over_ - taken_;
  const std::size_t window = faults_.window_bytes - std::min(faults_.window_bytes, unread);
  const nanoseconds now = time_.now();
  if (faults_.bytes_per_s <= 0 || bottleneck_free_ <= now)
    return window;  // an empty queue takes a packet, however short the queue
  const auto waiting = static_cast<std::size_t>(to_seconds(bottleneck_free_ - now).count() *
                                                faults_.bytes_per_s);
  return std::min(window, faults_.queue_bytes - std::min(faults_.queue_bytes, waiting));
}

nanoseconds pipe::room_due(std::size_t wanted) const {
  const nanoseconds now = time_.now();
  if (bottleneck_free_ <= now || handed_over_ - taken_ + wanted > faults_.window_bytes)
    return nanoseconds::max();  // the reader's move
  const std::size_t spare = faults_.queue_bytes - std::min(faults_.queue_bytes, wanted);
  const auto drained = to_nanoseconds(seconds{static_cast<double>(spare) / faults_.bytes_per_s});
  // Rounding must not name a moment that is past: time would stand still.
  return std::max(bottleneck_free_ - drained, now + nanoseconds{1});
}

bool pipe::arrived(const packet& which) const { return passes_at(which.arrival) <= time_.now(); }

nanoseconds pipe::passes_at(nanoseconds moment) const {
  // They may overlap and come in any order.
  for (bool moved = true; moved;) {
    moved = false;
    for (const outage& gap : faults_.outages)
      if (gap.from <= moment && moment < gap.until) {
        moment = gap.until;
        moved = true;
      }
  }
  return moment;
}

asio::awaitable<void> pipe::wait(std::uint64_t heard, nanoseconds due) {
  co_await changed_.wait(heard, time_, std::min(due, reset_at_));
}

}  // namespace echelon::net
