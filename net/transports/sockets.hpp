#pragma once

#include <memory>
#include <string>

#include <asio/awaitable.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/steady_timer.hpp>

#include "algorithms/base/result.hpp"

// TCP sockets as tcp and tls share them.
namespace echelon::net {

/// Who may reach what listens.
enum class reach : unsigned char { this_machine, everybody };

/// Binds the first address the name resolves to that can be bound; "[::]" takes IPv4 as well.
/// Errors: bad_input for what is no address or reaches further than it may; unreachable.
asio::awaitable<result<asio::ip::tcp::acceptor>> listen_socket(std::string where, reach allowed);

/// Connects to the first address the name resolves to that answers; `from`, an IP number, is the
/// end to dial from (empty: the system's choice). Errors: bad_input; unreachable, with what each
/// address said. Cancellable, but for the time that the system's resolver takes.
asio::awaitable<result<asio::ip::tcp::socket>> dial_socket(std::string where, std::string from);

/// True where the machine itself says that no process listens there: whoever did has ended. False
/// for all that may mean anything else, such as silence for a second.
asio::awaitable<bool> nobody_listens(std::string where);

/// A listening socket and the coroutine that accepts from it.
class socket_source {
public:
  explicit socket_source(asio::ip::tcp::acceptor acceptor);

  /// The next one, tuned. Errors as `listener::accept`; without a free file descriptor or memory
  /// it takes a moment to fail, so that whoever tries again does not spin.
  asio::awaitable<result<asio::ip::tcp::socket>> accept();
  void close();
  std::string address() const { return address_; }

private:
  asio::ip::tcp::acceptor acceptor_;
  asio::steady_timer pause_;
  std::string address_;
};

/// "192.0.2.7:4321", "[::1]:4321"; IPv4 in IPv6's clothes shows as IPv4.
std::string to_string(const asio::ip::tcp::endpoint& end);
/// Both ends of a connected socket; empty where it is connected no more.
struct socket_ends {
  std::string local, remote;
};
socket_ends ends_of(const asio::ip::tcp::socket& socket);

/// Both as one sentence; what the system says in its words.
std::unexpected<error> stream_error(const asio::error_code& failed);

}  // namespace echelon::net
