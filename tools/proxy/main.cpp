#include <malloc.h>

#include <csignal>
#include <cstdio>
#include <fstream>
#include <iterator>

#include <CLI/CLI.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/signal_set.hpp>
#include <fmt/format.h>

#include "net/real_clock.hpp"
#include "tools/proxy/forwarder.hpp"

// Faults between real processes: TCP streams pass through here and meet what a schedule says.

namespace echelon::proxy {
namespace {

constexpr const char* footer =
    R"(Each --route LISTEN=TARGET takes streams in at LISTEN and passes them on to TARGET. A schedule
has a line for each episode, in seconds since all routes were open:

  BEGINS_S LASTS_S FAULT [VALUE] [forth|back] [at ROUTE]

forth is from whoever dials; without a direction, both. Routes count from 0; without one, all.
Faults: latency S, jitter S, bandwidth BYTES_PER_S, loss PROBABILITY, slow-close S, cut (nothing
passes, nobody is told, and it heals), refuse (of new streams), reset, corrupt BYTES, abandon
(streams that live then pass nothing again).

Example: echelon_proxy --route 127.0.0.1:0=127.0.0.1:4000 --schedule faults.txt --seed 7)";

struct options {
  std::vector<std::string> routes;
  std::string schedule;
  std::uint64_t seed = 1;
};

result<std::vector<episode>> read_schedule(const std::string& file) {
  if (file.empty())
    return std::vector<episode>{};
  std::ifstream in{file, std::ios::binary};
  if (!in)
    return fail(errc::not_found, "{}: cannot be opened", file);
  const std::string text{std::istreambuf_iterator<char>{in}, {}};
  return parse_schedule(text, file);
}

asio::awaitable<result<void>> open_all(forwarder& all, const std::vector<std::string>& routes) {
  for (const std::string& route : routes) {
    const std::size_t equals = route.find('=');
    if (equals == std::string::npos)
      co_return fail(errc::bad_input, "--route {}: must be LISTEN=TARGET", route);
    const std::string target = route.substr(equals + 1);
    const auto where = co_await all.open(route.substr(0, equals), target);
    if (!where)
      co_return std::unexpected(where.error());
    fmt::print("listening on {} for {}\n", *where, target);
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
  ECHELON_TRY(std::vector<episode> schedule, read_schedule(wanted.schedule));
  asio::io_context loop;
  forwarder all{loop, std::move(schedule), wanted.seed};
  asio::signal_set signals{loop, SIGINT, SIGTERM};
  signals.async_wait([&loop](auto, int) { loop.stop(); });
  result<void> opened;
  asio::co_spawn(
      loop,
      [&]() -> asio::awaitable<void> {
        opened = co_await open_all(all, wanted.routes);
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
  app.add_option("--route", wanted.routes, "LISTEN=TARGET, each HOST:PORT; repeat for more")
      ->required();
  app.add_option("--schedule", wanted.schedule, "What happens when; default: nothing");
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
