#include "net/transports/sockets.hpp"

#include <vector>

#include <asio/experimental/as_tuple.hpp>
#include <asio/ip/v6_only.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>

#include "net/address.hpp"

namespace echelon::net {
namespace {

using asio::experimental::as_tuple;
using asio::ip::tcp;
using endpoints = std::vector<tcp::endpoint>;

/// Unsent bytes the system takes from us: what is here already cannot be overtaken by a more urgent
/// message, and a bound far above what the network has in flight would only hide its pace.
constexpr int notsent_bytes_max = 128 * 1024;
constexpr std::chrono::seconds answer_limit{1};
constexpr std::chrono::milliseconds pause_without_descriptors{50};

void tune(tcp::socket& socket) {
  asio::error_code ignored;  // each of them may fail, and the stream works all the same
  socket.set_option(tcp::no_delay{true}, ignored);
#ifdef TCP_NOTSENT_LOWAT
  using notsent_lowat = asio::detail::socket_option::integer<IPPROTO_TCP, TCP_NOTSENT_LOWAT>;
  socket.set_option(notsent_lowat{notsent_bytes_max}, ignored);
#endif
}

asio::awaitable<result<endpoints>> resolve(const address& where) {
  asio::error_code failed;
  const auto number = asio::ip::make_address(where.host, failed);
  if (!failed)
    co_return endpoints{{number, where.port}};
  tcp::resolver resolver{co_await asio::this_coro::executor};
  const std::string port = std::to_string(where.port);
  const auto [unresolved, found] = co_await resolver.async_resolve(
      where.host, port, tcp::resolver::numeric_service, as_tuple(asio::use_awaitable));
  if (unresolved)
    co_return fail(errc::unreachable, "{}: the name does not resolve ({})", to_string(where),
                   unresolved.message());
  co_return endpoints{found.begin(), found.end()};
}

asio::error_code bind(tcp::acceptor& acceptor, const tcp::endpoint& end) {
  asio::error_code failed;
  acceptor.open(end.protocol(), failed);
  if (!failed)
    acceptor.set_option(tcp::acceptor::reuse_address{true}, failed);
  if (!failed && end.address() == asio::ip::address_v6::any())
    acceptor.set_option(asio::ip::v6_only{false}, failed);
  if (!failed)
    acceptor.bind(end, failed);
  if (!failed)
    acceptor.listen(tcp::acceptor::max_listen_connections, failed);
  if (failed) {
    asio::error_code ignored;
    acceptor.close(ignored);
  }
  return failed;
}

asio::awaitable<asio::error_code> connect(tcp::socket& socket, tcp::endpoint to, std::string from) {
  asio::error_code failed;
  socket.open(to.protocol(), failed);
  if (!failed && !from.empty())
    socket.bind({asio::ip::make_address(from, failed), 0}, failed);
  if (failed)
    co_return failed;
  const auto [refused] = co_await socket.async_connect(to, as_tuple(asio::use_awaitable));
  co_return refused;
}

}  // namespace

asio::awaitable<result<tcp::acceptor>> listen_socket(std::string where, reach allowed) {
  const auto parsed = parse_address(where);
  if (!parsed)
    co_return std::unexpected(parsed.error());
  auto ends = co_await resolve(*parsed);
  if (!ends)
    co_return pass_on(std::move(ends));
  std::string refusals;
  for (const tcp::endpoint& end : *ends) {
    if (allowed == reach::this_machine && !end.address().is_loopback())
      co_return fail(errc::bad_input,
                     "{}: plain TCP listens on this machine alone, such as 127.0.0.1:{}; for "
                     "others, --tls DIR proves who they are, and --insecure-public says that "
                     "whoever reaches {} may be trusted",
                     where, parsed->port, end.address().to_string());
    tcp::acceptor acceptor{co_await asio::this_coro::executor};
    const asio::error_code failed = bind(acceptor, end);
    if (!failed)
      co_return acceptor;
    refusals += fmt::format("{}{}: {}", refusals.empty() ? "" : "; ", to_string(end),
                            failed.message());
  }
  co_return fail(errc::unreachable, "cannot listen at {}: {}", where, refusals);
}

asio::awaitable<result<tcp::socket>> dial_socket(std::string where, std::string from) {
  const auto parsed = parse_address(where);
  if (!parsed)
    co_return std::unexpected(parsed.error());
  if (parsed->port == 0)
    co_return fail(errc::bad_input, "{}: nobody can be dialled at port 0", where);
  auto ends = co_await resolve(*parsed);
  if (!ends)
    co_return pass_on(std::move(ends));
  std::string refusals;
  for (const tcp::endpoint& end : *ends) {
    tcp::socket socket{co_await asio::this_coro::executor};
    const asio::error_code failed = co_await connect(socket, end, from);
    if (!failed) {
      tune(socket);
      co_return socket;
    }
    refusals += fmt::format("{}{}: {}", refusals.empty() ? "" : "; ", to_string(end),
                            failed.message());
  }
  co_return fail(errc::unreachable, "cannot reach {}: {}", where, refusals);
}

asio::awaitable<bool> nobody_listens(std::string where) {
  const auto parsed = parse_address(where);
  if (!parsed || parsed->port == 0)
    co_return false;
  const auto ends = co_await resolve(*parsed);
  if (!ends)
    co_return false;
  for (const tcp::endpoint& end : *ends) {
    const auto socket = std::make_shared<tcp::socket>(co_await asio::this_coro::executor);
    asio::steady_timer limit{socket->get_executor(), answer_limit};
    limit.async_wait([socket](const asio::error_code& stopped) {
      asio::error_code ignored;
      if (!stopped)
        socket->close(ignored);
    });
    const asio::error_code failed = co_await connect(*socket, end, "");
    if (failed != asio::error::connection_refused)
      co_return false;
  }
  co_return !ends->empty();
}

socket_source::socket_source(tcp::acceptor acceptor)
    : acceptor_{std::move(acceptor)}, pause_{acceptor_.get_executor()} {
  asio::error_code ignored;
  address_ = to_string(acceptor_.local_endpoint(ignored));
}

asio::awaitable<result<tcp::socket>> socket_source::accept() {
  auto [failed, socket] = co_await acceptor_.async_accept(as_tuple(asio::use_awaitable));
  if (!failed) {
    tune(socket);
    co_return std::move(socket);
  }
  if (acceptor_.is_open() && failed != asio::error::connection_aborted) {
    pause_.expires_after(pause_without_descriptors);
    co_await pause_.async_wait(as_tuple(asio::use_awaitable));
  }
  if (!acceptor_.is_open())
    co_return fail(errc::unreachable, "{}: the listener is closed", address_);
  co_return fail(errc::unreachable, "{}: cannot take in a stream: {}", address_, failed.message());
}

void socket_source::close() {
  asio::error_code ignored;
  acceptor_.close(ignored);
  pause_.cancel();
}

std::string to_string(const tcp::endpoint& end) {
  asio::ip::address host = end.address();
  if (host.is_v6() && host.to_v6().is_v4_mapped())
    host = asio::ip::make_address_v4(asio::ip::v4_mapped, host.to_v6());
  return to_string(address{host.to_string(), end.port()});
}

socket_ends ends_of(const tcp::socket& socket) {
  asio::error_code failed;
  const auto local = socket.local_endpoint(failed);
  if (failed)
    return {};
  const auto remote = socket.remote_endpoint(failed);
  return {to_string(local), failed ? std::string{} : to_string(remote)};
}

std::unexpected<error> stream_error(const asio::error_code& failed) {
  if (failed == asio::error::operation_aborted || failed == asio::error::bad_descriptor)
    return fail(errc::unreachable, "the stream is closed");
  if (failed == asio::error::eof)
    return fail(errc::unreachable, "the peer closed the stream");
  if (failed == asio::error::connection_reset || failed == asio::error::broken_pipe)
    return fail(errc::unreachable, "the stream was reset");
  return fail(errc::unreachable, "the stream broke: {}", failed.message());
}

}  // namespace echelon::net
