#include "net/transports/tls.hpp"

#include <asio/experimental/as_tuple.hpp>
#include <asio/use_awaitable.hpp>

#include "net/transports/gather.hpp"
#include "net/transports/sockets.hpp"

namespace echelon::net {

struct tls::shared {
  tls_credentials credentials;
  tls_settings settings;
};

namespace {

using asio::experimental::as_tuple;
using socket_type = asio::ip::tcp::socket;

/// Sealed before it is sent: one call of the system for several records.
constexpr std::size_t staging_bytes = 128 * 1024;

/// What the listener says of the dialler once the handshake is done.
constexpr std::byte admitted{1};
constexpr std::byte not_admitted{0};

}  // namespace

class tls_stream final : public stream {
public:
  tls_stream(std::shared_ptr<const tls::shared> shared, socket_type socket, tls_session::side which)
      : shared_{std::move(shared)}, socket_{std::move(socket)}, ends_{ends_of(socket_)},
        which_{which}, session_{shared_->credentials, which} {}
  ~tls_stream() override { close(); }

  asio::awaitable<result<void>> open() override;
  asio::awaitable<result<std::size_t>> read_some(std::span<std::byte> into) override;
  asio::awaitable<result<void>> write(std::span<const asio::const_buffer> buffers) override;
  void close() override;

  std::string remote() const override { return ends_.remote; }
  std::string local() const override { return ends_.local; }
  std::optional<std::string> proven_name() const override {
    if (!open_)
      return std::nullopt;
    return session_.peer();
  }

private:
  asio::awaitable<result<void>> shake_hands();
  asio::awaitable<result<void>> admit();
  asio::awaitable<result<void>> await_admission();
  asio::awaitable<result<void>> receive();
  asio::awaitable<result<void>> flush();
  void flush_without_waiting();

  std::shared_ptr<const tls::shared> shared_;
  socket_type socket_;
  socket_ends ends_;
  tls_session::side which_;
  tls_session session_;
  std::vector<std::byte> sending_;  ///< on its way while the session seals more
  bool flushing_ = false;
  bool open_ = false;
};

asio::awaitable<result<void>> tls_stream::open() {
  auto shaken = co_await shake_hands();
  if (!shaken)
    co_return shaken;
  const bool listens = which_ == tls_session::side::listener;
  auto agreed = listens ? admit() : await_admission();
  auto ended = co_await std::move(agreed);
  open_ = ended.has_value();
  co_return ended;
}

asio::awaitable<result<void>> tls_stream::shake_hands() {
  for (;;) {
    auto done = session_.shake_hands();
    // After a failure as well: the peer is told why.
    auto told = co_await flush();
    if (!done)
      co_return pass_on(std::move(done));
    if (!told || *done)
      co_return told;
    auto more = co_await receive();
    if (!more)
      co_return fail(errc::unreachable, "{} during the TLS handshake", more.error().detail);
  }
}

asio::awaitable<result<void>> tls_stream::admit() {
  const auto& admits = shared_->settings.admits;
  const bool welcome = !admits || admits(session_.peer());
  const std::byte answer = welcome ? admitted : not_admitted;
  auto sealed = session_.seal(asio::const_buffer{&answer, 1});
  if (!sealed)
    co_return sealed;
  if (!welcome)
    session_.say_goodbye();
  auto told = co_await flush();
  if (!welcome)
    co_return fail(errc::unreachable, "{} is not on the list of nodes", session_.peer());
  co_return told;
}

asio::awaitable<result<void>> tls_stream::await_admission() {
  const auto& admits = shared_->settings.admits;
  if (admits && !admits(session_.peer()))
    co_return fail(errc::unreachable, "{} is not on the list of nodes", session_.peer());
  std::byte answer{};
  auto got = co_await read_some(std::span{&answer, 1});
  if (!got)
    co_return pass_on(std::move(got));
  if (answer != admitted)
    co_return fail(errc::unreachable, "{} does not admit a node of the name {}", session_.peer(),
                   shared_->settings.identity.name);
  co_return result<void>{};
}

asio::awaitable<result<std::size_t>> tls_stream::read_some(std::span<std::byte> into) {
  for (;;) {
    auto opened = session_.open_some(into);
    if (!opened)
      flush_without_waiting();  // a last alert, perhaps
    if (!opened || *opened > 0)
      co_return opened;
    auto more = co_await receive();
    if (!more)
      co_return pass_on(std::move(more));
  }
}

asio::awaitable<result<void>> tls_stream::write(std::span<const asio::const_buffer> buffers) {
  gather rest{buffers};
  while (!rest.empty()) {
    while (!rest.empty() && session_.output_bytes() < staging_bytes) {
      const asio::const_buffer piece = asio::buffer(rest.front(), tls_session::record_bytes);
      auto sealed = session_.seal(piece);
      if (!sealed)
        co_return sealed;
      rest.consume(piece.size());
    }
    auto sent = co_await flush();
    if (!sent)
      co_return sent;
  }
  co_return result<void>{};
}

asio::awaitable<result<void>> tls_stream::receive() {
  const std::span<std::byte> space = session_.input_space();
  const auto [failed, count] = co_await socket_.async_read_some(
      asio::buffer(space.data(), space.size()), as_tuple(asio::use_awaitable));
  if (failed == asio::error::eof)
    co_return fail(errc::unreachable, "the peer cut the stream without a goodbye");
  if (failed)
    co_return stream_error(failed);
  session_.received(count);
  co_return result<void>{};
}

/// Only whoever writes, or shakes hands, comes here: one at a time.
asio::awaitable<result<void>> tls_stream::flush() {
  sending_.clear();
  session_.swap_output(sending_);
  flushing_ = true;
  asio::const_buffer rest = asio::buffer(sending_);
  asio::error_code failed;
  while (rest.size() > 0 && !failed) {
    const auto [refused, count] = co_await socket_.async_write_some(rest,
                                                                    as_tuple(asio::use_awaitable));
    failed = refused;
    rest += count;
  }
  flushing_ = false;
  if (failed)
    co_return stream_error(failed);
  co_return result<void>{};
}

/// For a last word; nothing may follow half a record.
void tls_stream::flush_without_waiting() {
  if (flushing_ || session_.output_bytes() == 0 || !socket_.is_open())
    return;
  sending_.clear();
  session_.swap_output(sending_);
  asio::error_code ignored;
  socket_.non_blocking(true, ignored);
  socket_.write_some(asio::buffer(sending_), ignored);
}

void tls_stream::close() {
  if (!socket_.is_open())
    return;
  session_.say_goodbye();
  flush_without_waiting();
  asio::error_code ignored;
  socket_.close(ignored);
}

class tls_listener final : public listener {
public:
  tls_listener(std::shared_ptr<const tls::shared> shared, asio::ip::tcp::acceptor acceptor)
      : shared_{std::move(shared)}, source_{std::move(acceptor)} {}

  asio::awaitable<result<std::unique_ptr<stream>>> accept() override {
    auto socket = co_await source_.accept();
    if (!socket)
      co_return pass_on(std::move(socket));
    co_return std::make_unique<tls_stream>(shared_, *std::move(socket),
                                           tls_session::side::listener);
  }
  void close() override { source_.close(); }
  std::string address() const override { return source_.address(); }

private:
  std::shared_ptr<const tls::shared> shared_;
  socket_source source_;
};

result<std::unique_ptr<tls>> tls::make(tls_settings settings) {
  ECHELON_TRY(auto credentials, tls_credentials::make(settings.identity));
  return std::unique_ptr<tls>{
      new tls{std::make_shared<const shared>(std::move(credentials), std::move(settings))}};
}

asio::awaitable<result<std::unique_ptr<listener>>> tls::listen(std::string where) {
  auto acceptor = co_await listen_socket(std::move(where), reach::everybody);
  if (!acceptor)
    co_return pass_on(std::move(acceptor));
  co_return std::make_unique<tls_listener>(shared_, *std::move(acceptor));
}

asio::awaitable<result<std::unique_ptr<stream>>> tls::dial(std::string where) {
  auto socket = co_await dial_socket(std::move(where), shared_->settings.dial_from);
  if (!socket)
    co_return pass_on(std::move(socket));
  co_return std::make_unique<tls_stream>(shared_, *std::move(socket), tls_session::side::dialler);
}

}  // namespace echelon::net
