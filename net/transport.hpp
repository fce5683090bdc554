#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "net/stream.hpp"

namespace echelon::net {

/// Takes in streams that peers open.
class listener {
public:
  virtual ~listener() = default;
  /// The next one; not opened yet. Errors: `close`; or one that ends this attempt alone (a peer
  /// that left already, no free file descriptor), after which the caller may go on.
  virtual asio::awaitable<result<std::unique_ptr<stream>>> accept() = 0;
  virtual void close() = 0;
  /// Where it listens, the port chosen included.
  virtual std::string address() const = 0;
};

/// How processes reach each other: tcp, tls, mpi, or the memory of one process. Addresses are text
/// of the transport's own form: "host:port", "[::1]:port", a rank, a name.
class transport {
public:
  virtual ~transport() = default;
  virtual std::string_view name() const = 0;
  /// Errors: bad_input for what is no address or may not be bound, saying what would be right;
  /// unreachable when the system refuses.
  virtual asio::awaitable<result<std::unique_ptr<listener>>> listen(std::string where) = 0;
  /// Tries each address that a name resolves to, once. Not opened yet. Errors: bad_input for what
  /// is no address; unreachable, saying who refused what.
  virtual asio::awaitable<result<std::unique_ptr<stream>>> dial(std::string where) = 0;
  /// Last, when all streams are closed: returns when nothing of it is under way. Most have nothing
  /// to wait for.
  virtual asio::awaitable<void> close() { co_return; }
};

}  // namespace echelon::net
