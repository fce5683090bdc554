#pragma once

#include <memory>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "algorithms/base/random.hpp"
#include "net/transports/loopback.hpp"

// Streams of net/ in tests: made, filled, emptied.
namespace echelon::tests {

struct stream_pair {
  std::unique_ptr<net::stream> near, far;
};

inline std::vector<std::byte> pattern(std::size_t count, std::uint64_t seed) {
  random_stream random{seed, "pattern"};
  std::vector<std::byte> bytes(count);
  for (std::byte& byte : bytes)
    byte = static_cast<std::byte>(random());
  return bytes;
}

/// A stream from whoever dials to whoever listens there; neither end is opened.
inline asio::awaitable<stream_pair> connect(net::transport& dialler, net::transport& host,
                                            std::string where) {
  const auto listener = co_await host.listen(where);
  BOOST_REQUIRE_MESSAGE(listener.has_value(), (listener ? "" : listener.error().detail));
  auto near = co_await dialler.dial((*listener)->address());
  BOOST_REQUIRE_MESSAGE(near.has_value(), (near ? "" : near.error().detail));
  auto far = co_await (*listener)->accept();
  BOOST_REQUIRE_MESSAGE(far.has_value(), (far ? "" : far.error().detail));
  stream_pair ends{*std::move(near), *std::move(far)};
  co_return ends;
}

/// A stream from one host to an address where somebody else listens for it.
inline asio::awaitable<stream_pair> connect(net::loopback_network& network, std::string from,
                                            std::string to) {
  const auto dialler = network.host(from);
  const auto host = network.host(to);
  co_return co_await connect(*dialler, *host, to);
}

/// As one write of so many buffers.
inline asio::awaitable<void> write_all(net::stream& where, const std::vector<std::byte>& bytes,
                                       std::size_t buffers) {
  std::vector<asio::const_buffer> gather;
  for (std::size_t i = 0; i < buffers; ++i) {
    const std::size_t first = bytes.size() * i / buffers;
    gather.emplace_back(bytes.data() + first, bytes.size() * (i + 1) / buffers - first);
  }
  const auto written = co_await where.write(gather);
  BOOST_TEST(written.has_value(), (written ? "" : written.error().detail));
}

inline asio::awaitable<void> read_all(net::stream& where, std::vector<std::byte>& into) {
  std::size_t done = 0;
  while (done < into.size()) {
    const auto got = co_await where.read_some(std::span{into}.subspan(done));
    BOOST_REQUIRE_MESSAGE(got.has_value(), (got ? "" : got.error().detail));
    BOOST_REQUIRE(*got > 0);
    done += *got;
  }
}

/// Reads until it fails.
inline asio::awaitable<void> note_read_error(net::stream& where, std::string& why) {
  std::vector<std::byte> bytes(64 * 1024);
  for (;;) {
    const auto got = co_await where.read_some(bytes);
    if (!got) {
      why = got.error().detail;
      co_return;
    }
  }
}

/// Writes until it fails.
inline asio::awaitable<void>
note_write_error(net::stream& where, const std::vector<std::byte>& bytes, std::string& why) {
  const asio::const_buffer all{bytes.data(), bytes.size()};
  for (;;) {
    const auto written = co_await where.write(std::span{&all, 1});
    if (!written) {
      why = written.error().detail;
      co_return;
    }
  }
}

}  // namespace echelon::tests
