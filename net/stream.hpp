#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>

#include <asio/awaitable.hpp>
#include <asio/buffer.hpp>

#include "algorithms/base/result.hpp"

namespace echelon::net {

/// An ordered stream of bytes to and from one peer. One coroutine may read while another writes;
/// all of them run on the executor the stream was made with, one at a time.
class stream {
public:
  virtual ~stream() = default;

  /// Whatever must be agreed on before bytes flow (the TLS handshake); once, first. The caller sets
  /// the deadline, by closing. Errors: unreachable, saying what the other side did wrong.
  virtual asio::awaitable<result<void>> open() = 0;
  /// At least one byte, at most all of `into`. Errors: the end of the stream, a reset, `close`.
  virtual asio::awaitable<result<std::size_t>> read_some(std::span<std::byte> into) = 0;
  /// All of it, in order, without copying where the transport can. The memory stays as it is until
  /// this returns.
  virtual asio::awaitable<result<void>> write(std::span<const asio::const_buffer> gather) = 0;
  /// At once; whoever reads or writes gets an error. Idempotent.
  virtual void close() = 0;

  /// Where the peer is, for logs: "127.0.0.1:4321".
  virtual std::string remote() const = 0;
  /// Where this end is, as the peer could name its host: "192.0.2.7:4321".
  virtual std::string local() const = 0;
  /// Who the peer has proved to be; empty where the transport proves nothing.
  virtual std::optional<std::string> proven_name() const { return std::nullopt; }
};

}  // namespace echelon::net
