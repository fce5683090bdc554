#include <fstream>
#include <thread>

#include <asio/experimental/awaitable_operators.hpp>
#include <asio/steady_timer.hpp>
#include <asio/strand.hpp>
#include <boost/test/unit_test.hpp>

#include "tests/support/embedding.hpp"

namespace echelon {
namespace {

using namespace std::chrono_literals;
using namespace asio::experimental::awaitable_operators;
using actors::run_outcome;
using actors::run_status;
using embed::session;
using experiments::policy_catalogues;
using tests::alone;
using tests::finish;
using tests::one_thread;
using tests::open;
using tests::resolved;
using tests::small_settings;
using tests::whole;

std::size_t threads_now() {
  std::ifstream status{"/proc/self/status"};
  for (std::string word; status >> word;)
    if (word == "Threads:") {
      std::size_t count = 0;
      status >> count;
      return count;
    }
  return 0;
}

long resident_kb() {
  std::ifstream status{"/proc/self/status"};
  for (std::string word; status >> word;)
    if (word == "VmRSS:") {
      long size = 0;
      status >> size;
      return size;
    }
  return 0;
}

/// How many threads a block leaves behind.
struct thread_count {
  std::size_t before = threads_now();
  std::size_t more() const { return threads_now() - before; }
};

asio::awaitable<std::vector<actors::round_record>> all_rounds(experiments::scenario what,
                                                              embed::session_options options) {
  std::vector<actors::round_record> rounds;
  session here = co_await open(what, options);
  for (;;) {
    auto round = co_await here.round();
    if (!round)
      break;
    rounds.push_back(*std::move(round));
  }
  co_return rounds;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(embedding)

BOOST_AUTO_TEST_CASE(a_session_ends_with_the_weights_of_a_run_alone_in_either_world) {
  for (const char* world : {"simulated", "local"}) {
    const auto what = resolved(small_settings(world, 12));
    asio::io_context io{1};
    const auto left = finish(io, whole(what, one_thread()));
    BOOST_REQUIRE(left.has_value());
    BOOST_TEST((left->summary.status == run_status::done));
    BOOST_TEST(left->summary.rounds == 12);
    BOOST_TEST(left->summary.weights_hash == alone(what).summary.weights_hash);
    if (what.simulated())
      BOOST_TEST(*left->summary.trace_hash == *alone(what).summary.trace_hash);
  }
}

BOOST_AUTO_TEST_CASE(rounds_come_in_order_with_their_certificates_and_observers_see_the_same) {
  for (const char* world : {"simulated", "local"}) {
    std::vector<index> seen;
    embed::session_options options = one_thread();
    options.on_round = [&seen](const actors::round_record& round) { seen.push_back(round.round); };
    asio::io_context io{1};
    const auto rounds = finish(io, all_rounds(resolved(small_settings(world, 9)), options));
    BOOST_REQUIRE(rounds.size() == 9U);
    for (std::size_t i = 0; i < rounds.size(); ++i) {
      BOOST_TEST(rounds[i].round == static_cast<index>(i) + 1);
      BOOST_TEST((rounds[i].worth.kind == actors::certificate::outcome::exact));
      BOOST_TEST(seen[i] == rounds[i].round);
    }
  }
}

BOOST_AUTO_TEST_CASE(sessions_side_by_side_end_as_each_does_alone) {
  // Two loops, three sessions each, one pool for all.
  const auto pool = std::shared_ptr{runtime::make_thread_pool(2)};
  std::vector<experiments::scenario> scenarios;
  for (int seed = 0; seed < 6; ++seed)
    scenarios.push_back(
        resolved(small_settings(seed % 2 ? "local" : "simulated", 10).set("scenario.seed", seed)));
  std::vector<std::uint64_t> hashes(6);
  const auto run_three = [&](std::size_t first) {
    asio::io_context io{1};
    for (std::size_t i = first; i < first + 3; ++i) {
      embed::session_options options;
      options.pool = pool;
      asio::co_spawn(io, whole(scenarios[i], options),
                     [&hashes, i](std::exception_ptr, const result<run_outcome>& left) {
                       hashes[i] = left ? left->summary.weights_hash : 0;
                     });
    }
    io.run();
  };
  std::thread other{run_three, 3};
  run_three(0);
  other.join();
  for (std::size_t i = 0; i < hashes.size(); ++i)
    BOOST_TEST(hashes[i] == alone(scenarios[i]).summary.weights_hash);
}

BOOST_AUTO_TEST_CASE(a_strand_of_a_context_with_two_threads_will_do) {
  asio::io_context io{2};
  const auto what = resolved(small_settings("local", 20));
  result<run_outcome> left;
  asio::co_spawn(asio::make_strand(io), whole(what, one_thread()),
                 [&left](std::exception_ptr, result<run_outcome> made) { left = std::move(made); });
  std::thread other{[&io] { io.run(); }};
  io.run();
  other.join();
  BOOST_REQUIRE(left.has_value());
  BOOST_TEST(left->summary.weights_hash == alone(what).summary.weights_hash);
}

BOOST_AUTO_TEST_CASE(with_a_pool_without_threads_everything_happens_on_the_loop) {
  const thread_count threads;
  for (const char* world : {"simulated", "local"}) {
    const auto what = resolved(small_settings(world, 6));
    embed::session_options options;
    options.pool = runtime::make_inline_pool();
    asio::io_context io{1};
    const auto left = finish(io, whole(what, options));
    BOOST_TEST(left->summary.weights_hash == alone(what).summary.weights_hash);
    BOOST_TEST(threads.more() == 0U);
  }
}

asio::awaitable<void> train_for_ever(experiments::scenario what, std::optional<bool>* clean,
                                     std::shared_ptr<runtime::compute_pool> pool) {
  const policy_catalogues policies;
  embed::session_options options;
  options.pool = pool;
  session here;
  {
    auto opened = co_await session::open(what, policies, options);
    if (!opened) {
      *clean = opened.error().code == errc::interrupted;
      co_return;
    }
    here = *std::move(opened);
  }
  const auto left = co_await here.run();
  *clean = here.over() && !left && left.error().code == errc::interrupted;
}

BOOST_AUTO_TEST_CASE(cancelled_at_any_moment_a_session_leaves_nothing_and_the_next_one_opens) {
  const auto pool = std::shared_ptr{runtime::make_thread_pool(2)};
  for (std::uint64_t seed = 0; seed < 120; ++seed) {
    BOOST_TEST_INFO("seed " << seed);
    random_stream random{seed, "cancel"};
    const auto what = resolved(small_settings(seed % 2 ? "local" : "simulated", 1'000'000));
    asio::io_context io{1};
    std::optional<bool> clean;
    tests::task training{io, train_for_ever(what, &clean, pool)};
    const index steps = random.below(200);
    for (index step = 0; step < steps; ++step)
      io.run_one();
    training.cancel();
    io.run();  // returns: nothing is left that could still happen
    BOOST_TEST(training.over());
    // Before its first step, Asio itself throws.
    BOOST_TEST((clean.value_or(false) || (steps == 0 && training.threw())));
    BOOST_TEST(pool.use_count() == 1);
  }
  asio::io_context io{1};
  const auto what = resolved(small_settings("local", 5));
  BOOST_TEST(finish(io, whole(what, one_thread()))->summary.weights_hash ==
             alone(what).summary.weights_hash);
}

asio::awaitable<void> open_and_leave(experiments::scenario what, int rounds, bool politely) {
  session here = co_await open(what);
  while (rounds-- > 0)
    co_await here.round();
  if (politely)
    co_await here.close();
}

BOOST_AUTO_TEST_CASE(a_thousand_sessions_come_and_go_without_growth) {
  const thread_count threads;
  const auto cycle = [](int number) {
    const auto what = resolved(
        small_settings(number % 2 ? "local" : "simulated", 1000).set("data.samples", 40));
    asio::io_context io{1};
    tests::task one{io, open_and_leave(what, number % 3, number % 5 > 0)};
    io.run();
    BOOST_REQUIRE((one.over() && !one.threw()));
  };
  for (int warm = 0; warm < 100; ++warm)
    cycle(warm);
  const long before = resident_kb();
  for (int number = 0; number < 1000; ++number)
    cycle(number);
  BOOST_TEST(threads.more() == 0U);
  BOOST_TEST(resident_kb() - before < 4096);
}

BOOST_AUTO_TEST_CASE(losing_a_race_loses_no_round) {
  asio::io_context io{1};
  const auto race = [](experiments::scenario what) -> asio::awaitable<int> {
    session here = co_await open(what);
    int rounds = 0;
    for (;;) {
      asio::steady_timer soon{co_await asio::this_coro::executor, 100us};
      const auto first = co_await (here.round() || soon.async_wait(asio::use_awaitable));
      if (first.index() == 1)
        continue;
      if (!std::get<0>(first))
        co_return rounds;
      ++rounds;
    }
  };
  BOOST_TEST(finish(io, race(resolved(small_settings("local", 30)))) == 30);
}

BOOST_AUTO_TEST_CASE(closing_ends_those_who_wait_elsewhere) {
  asio::io_context io{1};
  const auto both = [](asio::io_context* on) -> asio::awaitable<bool> {
    const auto what = resolved(small_settings("local", 1'000'000));
    session here = co_await open(what);
    std::optional<result<run_outcome>> other;
    asio::co_spawn(*on, here.run(),
                   [&other](std::exception_ptr, result<run_outcome> left) { other = left; });
    co_await here.round();
    co_await here.close();
    co_await here.close();  // once more does nothing
    BOOST_TEST(here.over());
    while (!other)
      co_await asio::post(asio::use_awaitable);
    co_return !*other && other->error().code == errc::interrupted;
  };
  BOOST_TEST(finish(io, both(&io)));
}

BOOST_AUTO_TEST_CASE(an_observer_may_destroy_the_session) {
  for (const char* world : {"simulated", "local"}) {
    asio::io_context io{1};
    std::optional<session> here;
    int seen = 0;
    embed::session_options options = one_thread();
    options.on_round = [&](const actors::round_record&) {
      if (++seen == 3)
        here.reset();
    };
    const auto fill = [](std::optional<session>* into, experiments::scenario what,
                         embed::session_options how) -> asio::awaitable<void> {
      into->emplace(co_await open(what, how));
    };
    tests::task opening{io, fill(&here, resolved(small_settings(world, 1'000'000)), options)};
    io.run();
    BOOST_TEST(!here.has_value());
    BOOST_TEST(seen == 3);
  }
}

BOOST_AUTO_TEST_CASE(a_context_may_be_destroyed_before_its_sessions) {
  for (const char* world : {"simulated", "local"}) {
    const thread_count threads;
    std::optional<session> outlives;
    {
      auto io = std::make_unique<asio::io_context>(1);
      const auto fill = [](std::optional<session>* into,
                           experiments::scenario what) -> asio::awaitable<void> {
        into->emplace(co_await open(what));
        co_await (*into)->run();
      };
      tests::task held{*io, fill(&outlives, resolved(small_settings(world, 1'000'000)))};
      tests::task owns{*io,
                       open_and_leave(resolved(small_settings(world, 1'000'000)), 1'000'000, true)};
      for (int handlers = 0; handlers < 300; ++handlers)
        io->run_one();
      io.reset();
    }
    BOOST_REQUIRE(outlives.has_value());
    BOOST_TEST(outlives->over());
    BOOST_TEST(!outlives->weights().empty());
    BOOST_TEST(threads.more() == 0U);
  }
}

BOOST_AUTO_TEST_CASE(a_stopped_context_waits_for_nobody_and_can_go_on) {
  asio::io_context io{1};
  std::optional<result<run_outcome>> left;
  const auto what = resolved(small_settings("local", 50));
  embed::session_options options = one_thread();
  options.on_round = [&io](const actors::round_record& round) {
    if (round.round == 5)
      io.stop();
  };
  asio::co_spawn(io, whole(what, options),
                 [&left](std::exception_ptr, result<run_outcome> made) { left = made; });
  io.run();
  BOOST_TEST(!left.has_value());
  io.restart();
  io.run();
  BOOST_TEST((*left)->summary.weights_hash == alone(what).summary.weights_hash);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon
