#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

#include "actors/remote/call.hpp"
#include "actors/runtime/asio_loop.hpp"
#include "net/hub.hpp"
#include "net/real_clock.hpp"
#include "net/transports/tcp.hpp"
#include "tests/remote/stage.hpp"

namespace echelon::tests {
namespace {

/// Two hubs in one process, joined by TCP, a gateway on each.
struct two_hubs {
  two_hubs()
      : north(io.get_executor(), time, wires, named("north")),
        south(io.get_executor(), time, wires, named("south")) {
    played = system.spawn(serve, &heard);
    at_south.publish("desk/0", played);
    south.on_link([this](std::shared_ptr<net::link> link) { at_south.attach(std::move(link)); });
  }
  ~two_hubs() {
    caf::anon_send_exit(played, caf::exit_reason::kill);
    loop.drain();
  }
  static net::hub_settings named(std::string name) {
    net::hub_settings settings;
    settings.name = std::move(name);
    settings.incarnation = 1;
    return settings;
  }
  void run(asio::awaitable<void> what) {
    asio::co_spawn(io, std::move(what), [this](std::exception_ptr thrown) {
      BOOST_TEST((thrown == nullptr));
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
  net::hub north, south;
  remote::gateway at_north{system, loop}, at_south{system, loop};
  desk_book heard;
  desk played;
};

asio::awaitable<void> speak(two_hubs& all) {
  const auto where = co_await all.south.listen("127.0.0.1:0");
  BOOST_REQUIRE(where.has_value());
  const auto link = co_await all.north.connect(*where, "south", 20s);
  BOOST_REQUIRE(link.has_value());
  all.at_north.attach(*link);
  const desk far = all.at_north.bind<desk>("south", "desk/0");
  const note large{1, numbers(1'000'000)};
  const result<void> told = co_await remote::call<void>(far, large, 20s);
  BOOST_TEST(told.has_value());
  BOOST_REQUIRE_EQUAL(all.heard.blocks.size(), 1u);
  BOOST_TEST(all.heard.blocks[0].hash() == large.values.hash());
  const question asked{1000, "twice"};
  const result<reply> came = co_await remote::call<reply>(far, asked, 20s);
  BOOST_REQUIRE(came.has_value());
  BOOST_TEST(came->values.hash() == numbers(1000).hash());
  BOOST_TEST(all.at_south.counts("north")->malformed == 0);
  BOOST_TEST(all.at_south.counts("north")->link.bytes_received > 4'000'000);

  all.at_south.detach("north", "the test ends");
  const result<reply> after = co_await remote::call<reply>(far, asked, 20s);
  BOOST_REQUIRE(!after.has_value());
  BOOST_TEST((after.error().code == errc::unreachable));
  co_await all.north.close();
  co_await all.south.close();
}

BOOST_AUTO_TEST_SUITE(over_hubs)

BOOST_AUTO_TEST_CASE(typed_handles_speak_over_tcp) {
  two_hubs all;
  all.run(speak(all));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace echelon::tests
