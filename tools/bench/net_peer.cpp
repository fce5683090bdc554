#include "tools/bench/net_peer.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>
#include <iostream>
#include <map>
#include <optional>
#include <sstream>

#include <asio.hpp>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "algorithms/base/contract.hpp"
#include "net/real_clock.hpp"
#include "net/transports/tcp.hpp"

namespace echelon::bench {
namespace {

using asio::use_awaitable;
using socket = asio::ip::tcp::socket;

/// Pages of this process alone that are in memory now.
double private_mb() {
  std::ifstream status{"/proc/self/status"};
  for (std::string word; status >> word;)
    if (word == "RssAnon:") {
      double kilobytes = 0;
      status >> kilobytes;
      return kilobytes * 1024 / bytes_per_mb;
    }
  return 0;
}

/// Answers each small message with itself, and each value with what memory it took.
struct echo final : net::link_reader {
  explicit echo(asio::io_context& where) : loop(where) {}

  result<std::vector<net::landing>> make_room(std::span<const std::byte>,
                                              std::span<const std::size_t> sizes) override {
    memory& room = rooms[sizes[0]];
    if (!room) {
      room = shared_memory(sizes[0]);
      std::memset(room.get(), 0, sizes[0]);
    }
    grows.emplace(loop);
    return std::vector<net::landing>{{room, sizes[0]}};
  }
  void on_message(std::span<const std::byte> head, std::vector<net::body> bodies) override {
    if (bodies.empty()) {
      expects(from->send({{head.begin(), head.end()}, {}}).has_value());
      return;
    }
    expects(from->send(text(std::to_string(grows->most_mb()))).has_value());
    grows.reset();
  }
  void on_health(net::health) override {}
  void on_closed(const error&) override { loop.stop(); }

  asio::io_context& loop;
  std::shared_ptr<net::link> from;
  std::map<std::size_t, memory> rooms;
  std::optional<growth> grows;
};

/// Plain Asio: told once how many bytes come and go each time, then so on until the peer leaves.
asio::awaitable<void> answer_plainly(socket peer) {
  peer.set_option(asio::ip::tcp::no_delay{true});
  std::array<std::uint64_t, 2> sizes{};
  co_await asio::async_read(peer, asio::buffer(sizes), use_awaitable);
  const memory room = shared_memory(sizes[0]);
  std::memset(room.get(), 0, sizes[0]);
  for (;;) {
    co_await asio::async_read(peer, asio::buffer(room.get(), sizes[0]), use_awaitable);
    co_await asio::async_write(peer, asio::buffer(room.get(), sizes[1]), use_awaitable);
  }
}

asio::awaitable<void> accept_plainly(asio::ip::tcp::acceptor& door) {
  for (;;) {
    socket peer = co_await door.async_accept(use_awaitable);
    asio::co_spawn(door.get_executor(), answer_plainly(std::move(peer)), asio::detached);
  }
}

asio::awaitable<void> open_doors(net::hub& hub, std::uint16_t plain_port, int tell) {
  const result<std::string> where = co_await hub.listen("127.0.0.1:0");
  expects(where.has_value());
  const std::string line = fmt::format("{} {}\n", *where, plain_port);
  expects(write(tell, line.data(), line.size()) == static_cast<ssize_t>(line.size()));
  close(tell);
}

[[noreturn]] void be_the_other(int tell) {
  asio::io_context loop{1};
  net::real_clock time;
  net::tcp carrier;
  net::hub hub{loop.get_executor(), time, carrier, named("far")};
  echo reader{loop};
  hub.on_link([&](std::shared_ptr<net::link> made) {
    made->read_with(&reader);
    reader.from = std::move(made);
  });
  asio::ip::tcp::acceptor door{loop, {asio::ip::address_v4::loopback(), 0}};
  asio::co_spawn(loop, accept_plainly(door), asio::detached);
  asio::co_spawn(loop, open_doors(hub, door.local_endpoint().port(), tell), asio::detached);
  loop.run();
  _exit(0);  // nothing of the parent's is to be destroyed twice
}

}  // namespace

memory shared_memory(std::size_t size) {
  void* mapped = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  expects(mapped != MAP_FAILED);
  return {static_cast<std::byte*>(mapped), [size](std::byte* first) { munmap(first, size); }};
}

growth::state::state(asio::io_context& loop) : timer(loop), before(private_mb()), most(before) {}

void growth::look(const std::shared_ptr<state>& of) {
  of->most = std::max(of->most, private_mb());
  of->timer.expires_after(std::chrono::milliseconds{5});
  of->timer.async_wait([of](const asio::error_code&) {
    if (!of->over)
      look(of);
  });
}

net::message text(const std::string& what) {
  const auto bytes = std::as_bytes(std::span{what});
  return {{bytes.begin(), bytes.end()}, {}};
}

std::string text_of(std::span<const std::byte> head) {
  return {reinterpret_cast<const char*>(head.data()), head.size()};
}

net::hub_settings named(const std::string& name) {
  net::hub_settings settings;
  settings.name = name;
  settings.log = [](const std::string& line) { std::cerr << line << '\n'; };
  return settings;
}

net_peer::net_peer() {
  std::array<int, 2> ends{};
  expects(pipe(ends.data()) == 0);
  process = fork();
  expects(process >= 0);
  if (process == 0)
    be_the_other(ends[1]);
  ::close(ends[1]);
  std::array<char, 64> line{};
  expects(read(ends[0], line.data(), line.size() - 1) > 0);
  ::close(ends[0]);
  std::istringstream{line.data()} >> address >> plain_port;
}

net_peer::~net_peer() { waitpid(process, nullptr, 0); }

}  // namespace echelon::bench
