#include "net/transports/tcp.hpp"

#include <asio/experimental/as_tuple.hpp>
#include <asio/use_awaitable.hpp>

#include "net/transports/gather.hpp"
#include "net/transports/sockets.hpp"

namespace echelon::net {
namespace {

using asio::experimental::as_tuple;
using socket_type = asio::ip::tcp::socket;

class tcp_stream final : public stream {
public:
  explicit tcp_stream(socket_type socket) : socket_{std::move(socket)}, ends_{ends_of(socket_)} {}

  asio::awaitable<result<void>> open() override { co_return result<void>{}; }

  asio::awaitable<result<std::size_t>> read_some(std::span<std::byte> into) override {
    const auto [failed, count] = co_await socket_.async_read_some(
        asio::buffer(into.data(), into.size()), as_tuple(asio::use_awaitable));
    if (failed)
      co_return stream_error(failed);
    co_return count;
  }

  asio::awaitable<result<void>> write(std::span<const asio::const_buffer> buffers) override {
    gather rest{buffers};
    while (!rest.empty()) {
      // Not asio::async_write: it asks the system for 64 KB at a time.
      const auto [failed, count] = co_await socket_.async_write_some(rest.next(),
                                                                     as_tuple(asio::use_awaitable));
      if (failed)
        co_return stream_error(failed);
      rest.consume(count);
    }
    co_return result<void>{};
  }

  void close() override {
    asio::error_code ignored;
    socket_.close(ignored);
  }

  std::string remote() const override { return ends_.remote; }
  std::string local() const override { return ends_.local; }

private:
  socket_type socket_;
  socket_ends ends_;
};

class tcp_listener final : public listener {
public:
  explicit tcp_listener(asio::ip::tcp::acceptor acceptor) : source_{std::move(acceptor)} {}

  asio::awaitable<result<std::unique_ptr<stream>>> accept() override {
    auto socket = co_await source_.accept();
    if (!socket)
      co_return pass_on(std::move(socket));
    co_return std::make_unique<tcp_stream>(*std::move(socket));
  }
  void close() override { source_.close(); }
  std::string address() const override { return source_.address(); }

private:
  socket_source source_;
};

}  // namespace

tcp::tcp(tcp_settings settings) : settings_{std::move(settings)} {}

asio::awaitable<result<std::unique_ptr<listener>>> tcp::listen(std::string where) {
  const reach allowed = settings_.public_plain ? reach::everybody : reach::this_machine;
  auto acceptor = co_await listen_socket(std::move(where), allowed);
  if (!acceptor)
    co_return pass_on(std::move(acceptor));
  co_return std::make_unique<tcp_listener>(*std::move(acceptor));
}

asio::awaitable<result<std::unique_ptr<stream>>> tcp::dial(std::string where) {
  auto socket = co_await dial_socket(std::move(where), settings_.dial_from);
  if (!socket)
    co_return pass_on(std::move(socket));
  co_return std::make_unique<tcp_stream>(*std::move(socket));
}

}  // namespace echelon::net
