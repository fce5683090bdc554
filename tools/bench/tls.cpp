#include "tools/bench/tls.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <thread>
#include <vector>

#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <openssl/ssl.h>

#include "algorithms/base/contract.hpp"
#include "net/transports/tcp.hpp"
#include "net/transports/tls.hpp"
#include "tools/bench/stopwatch.hpp"

namespace echelon::bench {
namespace {

using bytes = std::vector<std::byte>;
using ssl_ptr = std::unique_ptr<SSL, void (*)(SSL*)>;

constexpr std::size_t megabyte = 1'000'000;

/// What passing some bytes took.
struct passage {
  double mb_per_s = 0;  ///< of wall time
  double cpu_s = 0;     ///< of both ends
};

passage passed(std::size_t count, const stopwatch& watch) {
  const auto took = watch.lap();
  return {static_cast<double>(count) / megabyte / took.wall_s, took.cpu_s};
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

std::array<net::tls_identity, 2> two_identities() {
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  const net::validity today{now - std::chrono::hours{1}, now + std::chrono::hours{24}};
  const net::key_pair authority = net::make_authority("benchmark", today);
  const auto identity = [&](const std::string& name) {
    const net::key_pair own = net::issue(authority, name, today).value();
    return net::tls_identity{name, own, authority.certificate, {name}};
  };
  return {identity("giver"), identity("taker")};
}

/// OpenSSL alone, from memory to memory.
class record_layer {
public:
  explicit record_layer(const std::array<net::tls_identity, 2>& who)
      : sealer_{make(who[0])}, opener_{make(who[1])} {
    BIO* forth = BIO_new(BIO_s_mem());
    BIO* back = BIO_new(BIO_s_mem());
    BIO_up_ref(forth);
    BIO_up_ref(back);
    SSL_set_bio(sealer_.get(), back, forth);
    SSL_set_bio(opener_.get(), forth, back);
    SSL_set_connect_state(sealer_.get());
    SSL_set_accept_state(opener_.get());
    for (int flights = 0; SSL_do_handshake(opener_.get()) != 1; ++flights) {
      SSL_do_handshake(sealer_.get());
      expects(flights < 10);
    }
  }

  /// At the rate of the slower of sealing and opening.
  passage measure(const bytes& plain, bytes& into) {
    constexpr std::size_t batch_bytes = 16 * net::tls_session::record_bytes;
    const stopwatch whole;
    double sealing_s = 0, opening_s = 0;
    for (std::size_t first = 0; first < plain.size(); first += batch_bytes) {
      const std::size_t count = std::min(batch_bytes, plain.size() - first);
      const stopwatch seal;
      pass(SSL_write_ex, sealer_.get(), plain.data() + first, count);
      sealing_s += seal.lap().wall_s;
      const stopwatch open;
      pass(SSL_read_ex, opener_.get(), into.data() + first, count);
      opening_s += open.lap().wall_s;
    }
    const double slower_s = std::max(sealing_s, opening_s);
    return {static_cast<double>(plain.size()) / megabyte / slower_s, whole.lap().cpu_s};
  }

private:
  static ssl_ptr make(const net::tls_identity& who) {
    return {SSL_new(net::tls_credentials::make(who).value().handle()), SSL_free};
  }

  template <class Pass, class Byte>
  static void pass(Pass one, SSL* ssl, Byte* memory, std::size_t count) {
    for (std::size_t done = 0, passed = 0; done < count; done += passed) {
      const std::size_t most = std::min(count - done, net::tls_session::record_bytes);
      expects(one(ssl, memory + done, most, &passed) == 1);
    }
  }

  ssl_ptr sealer_, opener_;
};

template <class T>
asio::awaitable<T> expected(asio::awaitable<result<T>> what) {
  auto got = co_await std::move(what);
  expects(got.has_value());
  if constexpr (!std::is_void_v<T>)
    co_return *std::move(got);
}

asio::awaitable<void> take(net::transport& carrier, std::string where, bytes& into, int turns) {
  const auto stream = co_await expected(carrier.dial(where));
  co_await expected(stream->open());
  for (int turn = 0; turn < turns; ++turn) {
    for (std::size_t done = 0; done < into.size();)
      done += co_await expected(stream->read_some(std::span{into}.subspan(done)));
    const asio::const_buffer thanks{into.data(), 1};
    co_await expected(stream->write(std::span{&thanks, 1}));
  }
}

/// One end gives on this thread, another takes on its own.
class conversation {
public:
  conversation(net::transport& giver, net::transport& taker, std::size_t count, int turns)
      : into_(count) {
    auto listener = wait(expected(giver.listen("127.0.0.1:0")));
    taking_ = std::jthread{[this, &taker, turns, where = listener->address()] {
      asio::io_context loop;
      asio::co_spawn(loop, take(taker, where, into_, turns), rethrow);
      loop.run();
    }};
    stream_ = wait(expected(listener->accept()));
    run(expected(stream_->open()));
  }

  /// The other end's thanks included.
  passage give(const bytes& what) {
    const stopwatch watch;
    run(give_once(*stream_, what));
    return passed(what.size(), watch);
  }

private:
  static void rethrow(std::exception_ptr failed) {
    if (failed)
      std::rethrow_exception(failed);
  }

  static asio::awaitable<void> give_once(net::stream& stream, const bytes& what) {
    const asio::const_buffer all{what.data(), what.size()};
    co_await expected(stream.write(std::span{&all, 1}));
    std::byte thanks{};
    co_await expected(stream.read_some(std::span{&thanks, 1}));
  }

  void run(asio::awaitable<void> what) {
    asio::co_spawn(loop_, std::move(what), rethrow);
    loop_.restart();
    loop_.run();
  }
  template <class T>
  T wait(asio::awaitable<T> what) {
    T value;
    run([](asio::awaitable<T> from, T& into) -> asio::awaitable<void> {
      into = co_await std::move(from);
    }(std::move(what), value));
    return value;
  }

  asio::io_context loop_;
  std::unique_ptr<net::stream> stream_;
  bytes into_;
  std::jthread taking_;
};

nlohmann::json measure(std::size_t count, int turns) {
  const auto who = two_identities();
  net::tcp plain;
  const auto giver = net::tls::make({who[0], {}, {}}).value();
  const auto taker = net::tls::make({who[1], {}, {}}).value();
  const bytes what(count, std::byte{0x5a});
  bytes into(count);
  conversation openly{plain, plain, count, turns};
  conversation sealed{*giver, *taker, count, turns};
  record_layer records{who};
  std::vector<double> plain_rates, tls_rates, record_rates, ratios, cpu_ratios;
  for (int turn = 0; turn < turns; ++turn) {
    const passage in_plain = openly.give(what);
    const passage in_tls = sealed.give(what);
    const passage in_memory = records.measure(what, into);
    plain_rates.push_back(in_plain.mb_per_s);
    tls_rates.push_back(in_tls.mb_per_s);
    record_rates.push_back(in_memory.mb_per_s);
    const double bound = 1 / (1 / in_memory.mb_per_s + 1 / in_plain.mb_per_s);
    ratios.push_back(in_tls.mb_per_s / bound);
    cpu_ratios.push_back((in_plain.cpu_s + in_memory.cpu_s) / in_tls.cpu_s);
  }
  return {{"plain_mb_per_s", median(plain_rates)},
          {"tls_mb_per_s", median(tls_rates)},
          {"record_layer_mb_per_s", median(record_rates)},
          {"tls_to_bound", median(ratios)},
          {"tls_to_bound_in_cpu_time", median(cpu_ratios)}};
}

}  // namespace

nlohmann::json measure_tls() {
  return {{"16 MB", measure(16 * megabyte, 25)}, {"256 MB", measure(256 * megabyte, 7)}};
}

}  // namespace echelon::bench
