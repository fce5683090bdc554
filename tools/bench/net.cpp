#include "tools/bench/net.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <functional>
#include <iostream>

#include <asio.hpp>

#include "algorithms/base/contract.hpp"
#include "algorithms/base/hash.hpp"
#include "net/real_clock.hpp"
#include "net/transports/tcp.hpp"
#include "tools/bench/net_peer.hpp"
#include "tools/bench/stopwatch.hpp"

namespace echelon::bench {
namespace {

using asio::use_awaitable;
using socket = asio::ip::tcp::socket;

constexpr std::size_t small_bytes = 128;

/// Keeps the last answer, and wakes whoever waits for it.
struct answers final : net::link_reader {
  explicit answers(asio::io_context& where) : come(where, asio::steady_timer::time_point::max()) {}

  result<std::vector<net::landing>> make_room(std::span<const std::byte>,
                                              std::span<const std::size_t>) override {
    return fail(errc::bad_input, "no values are expected");
  }
  void on_message(std::span<const std::byte> head, std::vector<net::body>) override {
    last = text_of(head);
    if (react)
      react();
    else
      come.cancel();
  }
  void on_health(net::health) override {}
  void on_closed(const error& why) override { std::cerr << why.detail << '\n'; }

  asio::awaitable<void> next() {
    asio::error_code cancelled;
    co_await come.async_wait(asio::redirect_error(use_awaitable, cancelled));
  }

  asio::steady_timer come;
  std::string last;
  std::function<void()> react;
};

struct bench_run {
  net::body value(std::size_t size) {
    const memory bytes = shared_memory(size);
    for (std::size_t at = 0; at < size; at += sizeof(at))
      std::memcpy(bytes.get() + at, &at, sizeof(at));
    return {bytes, size, hash_bytes({bytes.get(), size})};
  }

  asio::awaitable<double> link_transfer_s(net::body what) {
    net::message carrying = text("value");
    carrying.bodies.push_back(std::move(what));
    const stopwatch watch;
    expects(link->send(std::move(carrying)).has_value());
    co_await inbox.next();
    co_return watch.lap().wall_s;
  }

  asio::awaitable<double> link_round_trip_s(int trips) {
    const std::string small(small_bytes, 'x');
    int left = trips;
    inbox.react = [&] {
      if (--left == 0)
        inbox.come.cancel();
      else
        expects(link->send(text(small)).has_value());
    };
    const stopwatch watch;
    expects(link->send(text(small)).has_value());
    co_await inbox.next();
    inbox.react = nullptr;
    co_return watch.lap().wall_s / trips;
  }

  asio::awaitable<socket> connect_plainly(std::uint64_t there, std::uint64_t back) {
    socket peer{loop};
    const asio::ip::tcp::endpoint where{asio::ip::address_v4::loopback(), far.plain_port};
    co_await peer.async_connect(where, use_awaitable);
    peer.set_option(asio::ip::tcp::no_delay{true});
    const std::array<std::uint64_t, 2> sizes{there, back};
    co_await asio::async_write(peer, asio::buffer(sizes), use_awaitable);
    co_return peer;
  }

  static asio::awaitable<double> plain_transfer_s(socket& peer, const net::body& what) {
    const stopwatch watch;
    co_await asio::async_write(peer, asio::buffer(what.memory.get(), what.size), use_awaitable);
    std::byte answer{};
    co_await asio::async_read(peer, asio::buffer(&answer, 1), use_awaitable);
    co_return watch.lap().wall_s;
  }

  static asio::awaitable<double> plain_round_trip_s(socket& peer, int trips) {
    std::array<std::byte, small_bytes> small{};
    const stopwatch watch;
    for (int i = 0; i < trips; ++i) {
      co_await asio::async_write(peer, asio::buffer(small), use_awaitable);
      co_await asio::async_read(peer, asio::buffer(small), use_awaitable);
    }
    co_return watch.lap().wall_s / trips;
  }

  asio::awaitable<void> meet() {
    auto made = co_await hub.connect(far.address, "far", std::chrono::seconds{10});
    expects(made.has_value());
    link = *made;
    link->read_with(&inbox);
  }

  void run(asio::awaitable<void> what) {
    asio::co_spawn(loop, std::move(what), [this](std::exception_ptr failed) {
      if (failed)
        std::rethrow_exception(failed);
      loop.stop();
    });
    loop.restart();
    loop.run();
  }

  net_peer far;
  asio::io_context loop{1};
  net::real_clock time;
  net::tcp carrier;
  answers inbox{loop};
  net::hub hub{loop.get_executor(), time, carrier, named("near")};
  std::shared_ptr<net::link> link;
};

struct paired {
  std::vector<double> link, plain, ratios;
};

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

void add_throughput(nlohmann::json& report, const std::string& name, const paired& seen) {
  report[name] = {{"link_mb_per_s", median(seen.link)},
                  {"asio_mb_per_s", median(seen.plain)},
                  {"link_over_asio", median(seen.ratios)}};
}

asio::awaitable<void> measure_throughput(bench_run& bench, std::size_t megabytes, int repetitions,
                                         nlohmann::json& report) {
  const std::size_t size = megabytes * static_cast<std::size_t>(bytes_per_mb);
  const net::body value = bench.value(size);
  socket plain = co_await bench.connect_plainly(size, 1);
  paired seen;
  for (int repetition = -1; repetition < repetitions; ++repetition) {
    const double link_s = co_await bench.link_transfer_s(value);
    const double plain_s = co_await bench_run::plain_transfer_s(plain, value);
    if (repetition < 0)
      continue;  // buffers grow and pages come during the first
    seen.link.push_back(static_cast<double>(megabytes) / link_s);
    seen.plain.push_back(static_cast<double>(megabytes) / plain_s);
    seen.ratios.push_back(plain_s / link_s);
  }
  add_throughput(report, fmt::format("value_of_{}_mb", megabytes), seen);
}

asio::awaitable<void> measure_round_trips(bench_run& bench, nlohmann::json& report) {
  constexpr int repetitions = 15;
  constexpr int trips = 2000;
  socket plain = co_await bench.connect_plainly(small_bytes, small_bytes);
  paired seen;
  for (int repetition = 0; repetition < repetitions; ++repetition) {
    seen.link.push_back(1e6 * co_await bench.link_round_trip_s(trips));
    seen.plain.push_back(1e6 * co_await bench_run::plain_round_trip_s(plain, trips));
    seen.ratios.push_back(seen.link.back() / seen.plain.back());
  }
  report["small_message"] = {{"link_round_trip_us", median(seen.link)},
                             {"asio_round_trip_us", median(seen.plain)},
                             {"link_over_asio", median(seen.ratios)}};
}

asio::awaitable<void> measure_all(bench_run& bench, nlohmann::json& report) {
  co_await bench.meet();
  co_await measure_throughput(bench, 16, 25, report);
  co_await measure_throughput(bench, 256, 7, report);
  co_await measure_round_trips(bench, report);
  bench.link.reset();
  co_await bench.hub.close();
}

asio::awaitable<void> measure_large(bench_run& bench, std::size_t megabytes,
                                    nlohmann::json& report) {
  co_await bench.meet();
  const net::body value = bench.value(megabytes * static_cast<std::size_t>(bytes_per_mb));
  const growth here{bench.loop};
  const double taken_s = co_await bench.link_transfer_s(value);
  report = {{"value_mb", megabytes},
            {"mb_per_s", static_cast<double>(megabytes) / taken_s},
            {"sender_extra_mb", here.most_mb()},
            {"receiver_extra_mb", std::stod(bench.inbox.last)}};
  bench.link.reset();
  co_await bench.hub.close();
}

}  // namespace

nlohmann::json measure_net() {
  bench_run bench;
  nlohmann::json report;
  bench.run(measure_all(bench, report));
  return report;
}

nlohmann::json measure_large_value(std::size_t megabytes) {
  bench_run bench;
  nlohmann::json report;
  bench.run(measure_large(bench, megabytes, report));
  return report;
}

}  // namespace echelon::bench
