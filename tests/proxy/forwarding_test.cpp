#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/experimental/as_tuple.hpp>
#include <asio/read.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/write.hpp>
#include <boost/test/unit_test.hpp>

#include "experiments/scenario/toml_reader.hpp"
#include "net/transports/sockets.hpp"
#include "tests/support/streams.hpp"
#include "tools/proxy/forwarder.hpp"

namespace echelon::proxy {
namespace {

using asio::experimental::as_tuple;
using asio::ip::tcp;
using bytes = std::vector<std::byte>;

/// Everything that comes over one stream, and how it ended.
struct heard {
  bytes all;
  asio::error_code end;
};

asio::awaitable<heard> listen_to(tcp::socket& from) {
  heard so_far;
  bytes some(10'000);
  for (;;) {
    const auto [failed, count] = co_await from.async_read_some(
        asio::buffer(some.data(), some.size()), as_tuple(asio::use_awaitable));
    so_far.all.insert(so_far.all.end(), some.begin(),
                      some.begin() + static_cast<std::ptrdiff_t>(count));
    if (failed) {
      so_far.end = failed;
      co_return so_far;
    }
  }
}

/// Says it all back once the other side has ended.
asio::awaitable<void> echo(tcp::acceptor& at) {
  tcp::socket peer = co_await at.async_accept(asio::use_awaitable);
  const heard said = co_await listen_to(peer);
  co_await asio::async_write(peer, asio::buffer(said.all), as_tuple(asio::use_awaitable));
}

/// Of [[faults]] in a few words each, for routes a and b.
result<std::vector<episode>> schedule_of(const std::string& tables) {
  ECHELON_TRY(const value settings, experiments::parse_toml("faults = [" + tables + "]", "f.toml"));
  const std::vector<std::string> routes{"a", "b"};
  return read_schedule(settings, routes);
}

/// A process that echoes, and a proxy before it.
struct echo_behind_a_proxy {
  heard say(const std::string& schedule, const bytes& what) {
    forwarder between{loop, *schedule_of(schedule), 1};
    heard answer;
    asio::co_spawn(loop, echo(far), asio::detached);
    asio::co_spawn(
        loop,
        [&]() -> asio::awaitable<void> {
          const auto where = co_await between.open("127.0.0.1:0",
                                                   net::to_string(far.local_endpoint()));
          BOOST_REQUIRE(where.has_value());
          asio::co_spawn(loop, between.disturb(), asio::detached);
          auto near = co_await net::dial_socket(*where, {});
          BOOST_REQUIRE(near.has_value());
          co_await asio::async_write(*near, asio::buffer(what), as_tuple(asio::use_awaitable));
          asio::error_code ignored;
          near->shutdown(tcp::socket::shutdown_send, ignored);
          answer = co_await listen_to(*near);
          loop.stop();
        },
        asio::detached);
    loop.run();
    return answer;
  }

  asio::io_context loop;
  tcp::acceptor far{loop, {asio::ip::address_v4::loopback(), 0}};
};

BOOST_FIXTURE_TEST_SUITE(forwarding, echo_behind_a_proxy)

BOOST_AUTO_TEST_CASE(bytes_and_their_end_pass_both_ways) {
  const bytes what = tests::pattern(3'000'000, 1);
  const heard answer = say("", what);
  BOOST_TEST((answer.all == what));
  BOOST_TEST((answer.end == asio::error::eof));
}

BOOST_AUTO_TEST_CASE(a_slow_and_lossy_network_loses_nothing) {
  const bytes what = tests::pattern(20'000, 2);
  const heard answer = say(
      R"({ kind = "latency", latency_s = 0.01 }, { kind = "jitter", jitter_s = 0.01, direction = "up" },
         { kind = "loss", probability = 0.02 }, { kind = "duplication", probability = 0.02 })",
      what);
  BOOST_TEST((answer.all == what));
}

BOOST_AUTO_TEST_CASE(after_a_cut_all_comes_late) {
  const bytes what = tests::pattern(20'000, 3);
  BOOST_TEST((say(R"({ kind = "partition", for_s = 0.2, direction = "down" })", what).all == what));
}

BOOST_AUTO_TEST_CASE(a_reset_is_one_for_whoever_listens) {
  const heard answer = say(
      R"({ kind = "latency", latency_s = 1000 }, { kind = "reset", at_s = 0.1, for_s = 0 })",
      tests::pattern(100, 4));
  BOOST_TEST(answer.all.empty());
  BOOST_TEST((answer.end == asio::error::connection_reset));
}

BOOST_AUTO_TEST_CASE(who_is_refused_hears_the_end) {
  BOOST_TEST(say(R"({ kind = "refusal" })", {}).all.empty());
}

BOOST_AUTO_TEST_CASE(a_schedule_says_what_holds_when_and_where) {
  const auto schedule = *schedule_of(
      R"({ kind = "latency", at_s = 1, for_s = 2, latency_s = 0.5, direction = "up", link = "b" },
         { kind = "bandwidth", at_s = 2, for_s = 3, bandwidth_bps = 8e4 })");
  using namespace std::chrono_literals;
  BOOST_TEST(schedule.size() == 2U);
  BOOST_TEST((faults_at(schedule, 1500ms, 1, way::forth).latency == 500ms));
  BOOST_TEST((faults_at(schedule, 1500ms, 1, way::back).latency == 0ms));
  BOOST_TEST((faults_at(schedule, 1500ms, 0, way::forth).latency == 0ms));
  BOOST_TEST((faults_at(schedule, 3s, 1, way::forth).latency == 0ms));
  BOOST_TEST(faults_at(schedule, 3s, 7, way::back).bytes_per_s == 1e4);
}

BOOST_AUTO_TEST_CASE(what_is_no_fault_of_streams_is_refused_at_its_key) {
  const auto refused = [](const std::string& table, const std::string& key) {
    const auto read = schedule_of("{ kind = \"partition\" }, " + table);
    BOOST_REQUIRE_MESSAGE(!read.has_value(), table);
    BOOST_TEST(read.error().detail.starts_with("f.toml:1: faults[1]" + key), read.error().detail);
  };
  refused("3", ": must be a table");
  refused("{ at_s = 1 }", ".kind: must be said");
  refused("{ kind = \"flood\" }", ".kind: is nothing that streams suffer; they suffer latency, ");
  refused("{ kind = \"crash\", node = \"worker/0\" }", ".kind: ");
  refused("{ kind = \"reordering\" }", ".kind: ");
  refused("{ kind = \"partition\", node = \"worker/0\" }", ".node: ");
  refused("{ kind = \"partition\", at_round = 3 }", ".at_round: ");
  refused("{ kind = \"partition\", link = \"c\" }", ".link: \"c\" is no route; there are a, b");
  refused("{ kind = \"loss\", probability = 1 }", ".probability: ");
  refused("{ kind = \"loss\", chance = 1 }", ".chance: ");
  refused("{ kind = \"latency\", at_s = -1 }", ".at_s: ");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace echelon::proxy
