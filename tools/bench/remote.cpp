#include "tools/bench/remote.hpp"

#include <algorithm>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/use_awaitable.hpp>
#include <sys/wait.h>
#include <unistd.h>

#include "actors/messages.hpp"
#include "actors/remote/bounded_reader.hpp"
#include "actors/remote/call.hpp"
#include "actors/remote/gateway.hpp"
#include "actors/remote/gather.hpp"
#include "actors/runtime/asio_loop.hpp"
#include "actors/runtime/scheduler_module.hpp"
#include "net/hub.hpp"
#include "net/real_clock.hpp"
#include "net/transports/tcp.hpp"
#include "tools/bench/stopwatch.hpp"

namespace echelon::bench {

/// A small request and its answer.
struct remote_ping {
  std::int64_t number = 0;
  std::string text;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, remote_ping& x) {
  return f(caf::meta::type_name("remote_ping"), x.number, x.text);
}

namespace {

using asio::ip::tcp;
using namespace std::chrono_literals;

using echo = caf::typed_actor<caf::replies_to<remote_ping>::with<remote_ping>,
                              caf::reacts_to<actors::round_start>>;

constexpr std::size_t ping_bytes = 64;
constexpr nanoseconds limit = 60s;

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

block tensor_of(std::size_t bytes) {
  block_builder builder{static_cast<index>(bytes / sizeof(float)), precision::single};
  std::ranges::fill(builder.as<float>(), 0.25F);
  return block::freeze(std::move(builder));
}

// ---------------------------------------------------------------- in memory

template <class Message>
nlohmann::json codec_cost(const Message& what) {
  constexpr int repetitions = 20'000;
  net::message written;
  const stopwatch writing;
  for (int each = 0; each < repetitions; ++each) {
    remote::gather into;
    into(what);
    written = into.take();
  }
  const double write_s = writing.lap().wall_s / repetitions;
  const stopwatch reading;
  for (int each = 0; each < repetitions; ++each) {
    remote::bounded_reader from{written.head, written.bodies};
    Message came;
    expects(from(came) && from.complete());
  }
  const double read_s = reading.lap().wall_s / repetitions;
  return {
      {"write_ns", write_s * 1e9}, {"read_ns", read_s * 1e9}, {"head_bytes", written.head.size()}};
}

// ---------------------------------------------------------------- plain Asio

asio::awaitable<void> read_all(tcp::socket& from, std::span<char> into) {
  while (!into.empty()) {
    const auto room = asio::buffer(into.data(), into.size());
    const std::size_t got = co_await from.async_read_some(room, asio::use_awaitable);
    into = into.subspan(got);
  }
}

asio::awaitable<void> write_all(tcp::socket& to, std::span<const char> what) {
  while (!what.empty()) {
    const auto rest = asio::buffer(what.data(), what.size());
    const std::size_t gone = co_await to.async_write_some(rest, asio::use_awaitable);
    what = what.subspan(gone);
  }
}

/// Each exchange begins with what it is to be: so many bytes there, so many back.
struct plain_head {
  std::uint64_t there = 0, back = 0;
};

asio::awaitable<void> answer_plainly(tcp::acceptor& door) {
  tcp::socket peer = co_await door.async_accept(asio::use_awaitable);
  peer.set_option(tcp::no_delay{true});
  std::vector<char> bytes;
  for (;;) {
    std::array<char, sizeof(plain_head)> raw{};
    co_await read_all(peer, raw);
    plain_head head;
    std::memcpy(&head, raw.data(), sizeof head);
    if (head.there == 0)
      co_return;
    bytes.resize(std::max<std::size_t>(bytes.size(), head.there));
    co_await read_all(peer, std::span{bytes}.first(head.there - sizeof head));
    co_await write_all(peer, std::span<const char>{bytes}.first(head.back));
  }
}

asio::awaitable<double> exchange_plainly(tcp::socket& peer, std::vector<char>& bytes,
                                         plain_head head, int times) {
  const stopwatch watch;
  for (int each = 0; each < times; ++each) {
    std::memcpy(bytes.data(), &head, sizeof head);
    co_await write_all(peer, std::span<const char>{bytes}.first(head.there));
    co_await read_all(peer, std::span{bytes}.first(head.back));
  }
  co_return watch.lap().wall_s / times;
}

// ---------------------------------------------------------------- two processes

struct process {
  explicit process(std::string name)
      : crossing(io.get_executor(), time, wires,
                 {.name = std::move(name), .admits = {}, .log = {}}) {}

  void run(asio::awaitable<void> what) {
    asio::co_spawn(io, std::move(what), [this](std::exception_ptr thrown) {
      expects(thrown == nullptr);
      loop.stop();
    });
    loop.run();
  }

  asio::io_context io{1};
  runtime::asio_loop loop{io, 0ns};
  std::unique_ptr<caf::actor_system_config> config = runtime::make_config(loop);
  caf::actor_system system{*config};
  net::real_clock time;
  net::tcp wires;
  net::hub crossing;
};

echo::behavior_type echo_back(echo::pointer) {
  return {[](const remote_ping& what) { return what; }, [](const actors::round_start&) {}};
}

asio::awaitable<void> serve(process& self, int tell) {
  const auto listening = co_await self.crossing.listen("127.0.0.1:0");
  expects(listening.has_value());
  tcp::acceptor door{self.io, {asio::ip::address_v4::loopback(), 0}};
  const std::string where = fmt::format("{} {}\n", *listening, door.local_endpoint().port());
  expects(write(tell, where.data(), where.size()) == static_cast<ssize_t>(where.size()));
  co_await answer_plainly(door);  // until the other process is done
  co_await self.crossing.close();
}

void be_server(int tell) {
  process self{"server"};
  remote::gateway gate{self.system, self.loop};
  const echo played = self.system.spawn(echo_back);
  gate.publish("echo", played);
  self.crossing.on_link([&gate](std::shared_ptr<net::link> link) { gate.attach(std::move(link)); });
  self.run(serve(self, tell));
  caf::anon_send_exit(played, caf::exit_reason::kill);
  self.loop.drain();
}

struct pair_of_rates {
  std::vector<double> plain_s, typed_s, ratios;

  void add(double plain, double typed) {
    plain_s.push_back(plain);
    typed_s.push_back(typed);
    ratios.push_back(typed / plain);
  }
};

asio::awaitable<void> ping(const echo& far, int times) {
  for (int each = 0; each < times; ++each) {
    remote_ping question{each, "how do you do"};
    const auto came = co_await remote::call<remote_ping>(far, std::move(question), limit);
    expects(came && came->number == each);
  }
}

asio::awaitable<void> push(const echo& far, const block& tensor, int times) {
  for (int each = 0; each < times; ++each) {
    actors::round_start start;
    start.round = each;
    start.state = tensor;
    const auto done = co_await remote::call<void>(far, std::move(start), limit);
    expects(done.has_value());
  }
}

asio::awaitable<void> measure(process& self, remote::gateway& gate, std::string where,
                              std::uint16_t plain_port, nlohmann::json& report) {
  const auto link = co_await self.crossing.connect(where, "server", limit);
  expects(link.has_value());
  gate.attach(*link);
  const echo far = gate.bind<echo>("server", "echo");
  tcp::socket plain{self.io};
  co_await plain.async_connect({asio::ip::address_v4::loopback(), plain_port}, asio::use_awaitable);
  plain.set_option(tcp::no_delay{true});
  std::vector<char> bytes(256'000'000, 'x');

  pair_of_rates pings;
  for (int round = 0; round < 11; ++round) {
    constexpr int times = 400;
    const double plainly = co_await exchange_plainly(plain, bytes, {ping_bytes, ping_bytes}, times);
    const stopwatch watch;
    co_await ping(far, times);
    pings.add(plainly, watch.lap().wall_s / times);
  }
  report["round_trip"] = {{"plain_us", median(pings.plain_s) * 1e6},
                          {"typed_us", median(pings.typed_s) * 1e6},
                          {"typed_over_plain", median(pings.ratios)}};
  for (const auto& [name, size, times] :
       {std::tuple{"16_MB", 16'000'000, 6}, std::tuple{"256_MB", 256'000'000, 1}}) {
    const block tensor = tensor_of(static_cast<std::size_t>(size));
    co_await push(far, tensor, 2);  // windows open
    pair_of_rates pushes;
    for (int round = 0; round < 7; ++round) {
      const plain_head head{static_cast<std::uint64_t>(size), 1};
      const double plainly = co_await exchange_plainly(plain, bytes, head, times);
      const stopwatch watch;
      co_await push(far, tensor, times);
      pushes.add(plainly, watch.lap().wall_s / times);
    }
    report[name] = {{"plain_MB_per_s", size / 1e6 / median(pushes.plain_s)},
                    {"typed_MB_per_s", size / 1e6 / median(pushes.typed_s)},
                    {"typed_over_plain", 1 / median(pushes.ratios)}};
  }
  std::vector<char> end(sizeof(plain_head), 0);
  co_await write_all(plain, end);
  co_await self.crossing.close();
}

/// The server's address, and its plain port.
std::pair<std::string, std::uint16_t> hear(int from) {
  std::string line;
  for (char letter = 0; read(from, &letter, 1) == 1 && letter != '\n';)
    line += letter;
  const auto space = line.find(' ');
  expects(space != std::string::npos);
  return {line.substr(0, space), static_cast<std::uint16_t>(std::stoi(line.substr(space + 1)))};
}

nlohmann::json between_processes() {
  std::array<int, 2> ends{};
  expects(pipe(ends.data()) == 0);
  const pid_t child = fork();
  expects(child >= 0);
  if (child == 0) {
    be_server(ends[1]);
    _exit(0);
  }
  nlohmann::json report;
  process self{"client"};
  remote::gateway gate{self.system, self.loop};
  const auto [where, plain_port] = hear(ends[0]);
  self.run(measure(self, gate, where, plain_port, report));
  self.loop.drain();
  int status = 0;
  waitpid(child, &status, 0);
  return report;
}

}  // namespace

nlohmann::json measure_remote() {
  nlohmann::json report = between_processes();  // forks: before anything makes threads
  actors::round_start start;
  start.state = tensor_of(16'000'000);
  report["codec"] = {{"control", codec_cost(actors::cancel_round{})}, {"16_MB", codec_cost(start)}};
  return report;
}

}  // namespace echelon::bench
