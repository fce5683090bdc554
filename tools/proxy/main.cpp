#include <malloc.h>

#include <csignal>
#include <cstdio>

#include <CLI/CLI.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/signal_set.hpp>
#include <fmt/format.h>

#include "experiments/scenario/toml_reader.hpp"
#include "net/real_clock.hpp"
#include "tools/proxy/forwarder.hpp"

// Faults between real processes: TCP streams pass through here and meet what a schedule says.

namespace echelon::proxy {
namespace {

constexpr const char* footer =
    R"(Each --route [NAME@]LISTEN=TARGET takes streams in at LISTEN and passes them on to TARGET.
What befalls them is said by the [[faults]] of a TOML file, in the words of a scenario's:

  [[faults]]
  kind = "partition"
  link = "worker/3"   # a route's name, or without names its number; default: all
  direction = "up"    # from whoever dials; default: both
  at_s = 5.0          # since all routes were open
  for_s = 2.0         # default: to the end

Kinds: latency, jitter, bandwidth, loss, duplication, corruption, reset, slow-close, refusal,
half-open, partition; echelon list faults tells their settings.

Example: echelon_proxy --route worker/3@127.0.0.1:0=127.0.0.1:4000 --faults faults.toml --seed 7)";

struct options {
  std::vector<std::string> routes;
  std::string faults;
  std::uint64_t seed = 1;
};

struct route {
  std::string name, listen, target;
};

/// "[NAME@]LISTEN=TARGET"; its name by default is its number.
result<std::vector<route>> read_routes(const std::vector<std::string>& given) {
  std::vector<route> all;
  for (const std::string& each : given) {
    const std::size_t equals = each.find('='), at = each.find('@');
    if (equals == std::string::npos)
      return fail(errc::bad_input, "--route {}: must be LISTEN=TARGET or NAME@LISTEN=TARGET", each);
    const bool named = at < equals;
    const std::size_t listen = named ? at + 1 : 0;
    all.push_back({named ? each.substr(0, at) : fmt::format("{}", all.size()),
                   each.substr(listen, equals - listen), each.substr(equals + 1)});
  }
  return all;
}

result<std::vector<episode>> read_faults(const std::string& file,
                                         const std::vector<route>& routes) {
  if (file.empty())
    return std::vector<episode>{};
  ECHELON_TRY(const value settings, experiments::read_toml(file));
  std::vector<std::string> names;
  for (const route& each : routes)
    names.push_back(each.name);
  return read_schedule(settings, names);
}

asio::awaitable<result<void>> open_all(forwarder& all, const std::vector<route>& routes) {
  for (const route& each : routes) {
    const auto where = co_await all.open(each.listen, each.target);
    if (!where)
      co_return std::unexpected(where.error());
    fmt::print("listening on {} for {}\n", *where, each.target);
  }
  std::fflush(stdout);
  co_return result<void>{};
}

/// What a burst of small packets took is scattered, and would stay with the process.
asio::awaitable<void> give_back_memory() {
  net::real_clock time;
  for (;;) {
    co_await time.sleep_until(time.now() + std::chrono::seconds{1});
    malloc_trim(0);
  }
}

/// Until a signal comes.
result<void> serve(const options& wanted) {
  ECHELON_TRY(const std::vector<route> routes, read_routes(wanted.routes));
  ECHELON_TRY(std::vector<episode> schedule, read_faults(wanted.faults, routes));
  asio::io_context loop;
  forwarder all{loop, std::move(schedule), wanted.seed};
  asio::signal_set signals{loop, SIGINT, SIGTERM};
  signals.async_wait([&loop](auto, int) { loop.stop(); });
  result<void> opened;
  asio::co_spawn(
      loop,
      [&]() -> asio::awaitable<void> {
        opened = co_await open_all(all, routes);
        if (opened)
          co_await all.disturb();
        else
          loop.stop();
      },
      [](std::exception_ptr failed) {
        if (failed)
          std::rethrow_exception(failed);
      });
  asio::co_spawn(loop, give_back_memory(), asio::detached);
  loop.run();
  const totals& passed = all.so_far();
  fmt::print("{} streams, {} refused, {} reset, {} directions corrupted\n", passed.streams,
             passed.refused, passed.reset, passed.corrupted);
  return opened;
}

int run(int count, char** arguments) {
  CLI::App app{"Pass TCP streams on, with faults"};
  app.footer(footer);
  options wanted;
  app.add_option("--route", wanted.routes, "[NAME@]LISTEN=TARGET, each HOST:PORT; repeat for more")
      ->required();
  app.add_option("--faults", wanted.faults, "TOML file with [[faults]]; default: nothing happens");
  app.add_option("--seed", wanted.seed, "Of jitter, losses and corrupted bytes");
  CLI11_PARSE(app, count, arguments);
  const auto served = serve(wanted);
  if (!served)
    fmt::print(stderr, "echelon_proxy: {}\n", served.error().detail);
  return served ? 0 : 2;
}

}  // namespace
}  // namespace echelon::proxy

int main(int count, char** arguments) { return echelon::proxy::run(count, arguments); }
