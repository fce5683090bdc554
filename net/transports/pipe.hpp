#pragma once

#include <deque>
#include <span>
#include <vector>

#include <asio/buffer.hpp>

#include "algorithms/base/random.hpp"
#include "algorithms/base/result.hpp"
#include "net/transports/bell.hpp"
#include "net/transports/faults.hpp"

namespace echelon::net {

/// One direction of a stream in memory: a bounded buffer with the network between its ends. It is
/// held by both; one coroutine reads, one writes. Time: all is computed when bytes are handed over,
/// so it costs no timer but those of whoever waits.
class pipe {
public:
  pipe(const asio::any_io_executor& where, clock& time, direction_faults faults,
       random_stream random);
  pipe(const pipe&) = delete;
  pipe& operator=(const pipe&) = delete;

  asio::awaitable<result<std::size_t>> read_some(std::span<std::byte> into);
  /// Returns once all of it is handed over, as a socket does.
  asio::awaitable<result<void>> write(std::span<const asio::const_buffer> gather);

  /// The writer goes: what it handed over still arrives, then the end.
  void close_writer();
  /// The reader goes; the writer learns it one latency later.
  void close_reader();
  /// Both ends fail at `moment`, or at once where that is past.
  void reset_at(nanoseconds moment);
  /// From now on; what is under way keeps its arrival, but for outages.
  void change(direction_faults faults);
  /// Whether a fault said so: the other direction must go too.
  bool reset() const;

private:
  struct packet {
    std::vector<std::byte> bytes;  ///< none: the writer's end
    nanoseconds arrival;
  };

  result<void> readable() const;
  result<void> writable() const;
  void hand_over(std::span<const std::byte> bytes);
  nanoseconds cross(std::size_t bytes);
  std::size_t take(std::span<std::byte> into);
  std::size_t packet_size(std::size_t remaining) const;
  std::size_t room() const;
  nanoseconds room_due(std::size_t wanted) const;
  bool arrived(const packet& which) const;
  /// The first moment from then on at which something can arrive.
  nanoseconds passes_at(nanoseconds moment) const;
  asio::awaitable<void> wait(std::uint64_t heard, nanoseconds due);

  clock& time_;
  direction_faults faults_;
  random_stream random_;
  bell changed_;
  std::deque<packet> packets_;
  std::size_t taken_of_first_ = 0;
  std::size_t handed_over_ = 0;
  std::size_t taken_ = 0;
  nanoseconds bottleneck_free_{0};
  nanoseconds reader_gone_{nanoseconds::max()};  ///< as the writer sees it
  nanoseconds reset_at_{nanoseconds::max()};
  bool reader_closed_ = false;
  bool writer_closed_ = false;
};

}  // namespace echelon::net
