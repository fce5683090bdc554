#pragma once

#include <memory>
#include <string>

#include <asio/buffer.hpp>

#include "algorithms/base/result.hpp"
#include "net/mpi/installed/messages.hpp"

namespace echelon::net {

/// Where one end of a stream sends and listens. Whoever dialled numbers it; a tag is that number
/// and the direction, so that the tags of one sender never mean two streams, even to itself.
struct channel_route {
  int peer = 0;
  int tag_in = 0;
  int tag_out = 0;

  bool operator==(const channel_route&) const = default;
};

/// One end of a stream: a message a piece, an empty message at the end. A closed end goes on taking
/// (and forgetting) what comes until the peer has closed too, or the peer's writes would never end.
class channel : public std::enable_shared_from_this<channel> {
public:
  channel(std::shared_ptr<poller> polls, channel_route route);

  asio::awaitable<result<std::size_t>> read_some(std::span<std::byte> into);
  asio::awaitable<result<void>> write(std::span<const asio::const_buffer> gather);
  void close();
  /// Returns when both ends are closed and nothing is under way between them.
  asio::awaitable<void> last();

  const channel_route& route() const { return route_; }

private:
  asio::awaitable<result<std::size_t>> read_next(std::span<std::byte> into);
  asio::awaitable<result<void>> write_all(std::span<const asio::const_buffer> gather);
  std::size_t take_rest(std::span<std::byte> into);
  asio::awaitable<bool> write_pieces(departures& pieces, asio::const_buffer what);
  asio::awaitable<void> forget_what_comes();
  std::unexpected<error> why_not() const;

  std::shared_ptr<poller> polls_;
  channel_route route_;
  std::vector<std::byte> rest_;  ///< of a message longer than its reader's memory
  std::size_t rest_taken_ = 0;
  std::size_t unmatched_ = 0;  ///< sent since the last message that the peer surely took
  int working_ = 0;            ///< reads and writes that have not returned
  bool closed_ = false;
  bool ended_ = false;  ///< the peer has closed its end
};

}  // namespace echelon::net
