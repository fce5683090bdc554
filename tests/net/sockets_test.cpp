#include <algorithm>

#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <boost/test/unit_test.hpp>

#include "net/real_clock.hpp"
#include "net/transports/tcp.hpp"
#include "tests/support/hub_world.hpp"

namespace echelon::net {
namespace {

using namespace std::chrono_literals;
using tests::make_body;
using tests::pattern;
using tests::recorder;
using tests::text;

/// Two hubs on one loop over real sockets.
struct real_world {
  real_world() {
    back_hub.on_link([this](std::shared_ptr<link> made) {
      made->read_with(&back_inbox);
      back = std::move(made);
    });
    start(meet());
    until([this] { return back && out; });
  }
  ~real_world() {
    out.reset();
    back.reset();
    start(near.close());
    start(back_hub.close());
    until([this] { return started == 0; });
  }

  asio::awaitable<void> meet() {
    const result<std::string> where = co_await back_hub.listen("127.0.0.1:0");
    BOOST_REQUIRE(where.has_value());
    auto made = co_await near.connect(*where, "far", 10s);
    BOOST_REQUIRE_MESSAGE(made.has_value(), (made ? "" : made.error().detail));
    (*made)->read_with(&near_inbox);
    out = *made;
  }
  void start(asio::awaitable<void> what) {
    ++started;
    asio::co_spawn(loop, std::move(what), [this](std::exception_ptr failed) {
      --started;
      if (failed)
        std::rethrow_exception(failed);
    });
  }
  void until(const std::function<bool()>& done) {
    const auto deadline = std::chrono::steady_clock::now() + 60s;
    while (!done()) {
      loop.restart();
      loop.run_one_for(1s);
      BOOST_REQUIRE(std::chrono::steady_clock::now() < deadline);
    }
  }
  static hub_settings named(const std::string& name) {
    hub_settings settings;
    settings.name = name;
    return settings;
  }

  asio::io_context loop{1};
  real_clock time;
  tcp carrier;
  int started = 0;
  recorder near_inbox, back_inbox;
  hub near{loop.get_executor(), time, carrier, named("near")};
  hub back_hub{loop.get_executor(), time, carrier, named("far")};
  std::shared_ptr<link> out, back;
};

BOOST_FIXTURE_TEST_SUITE(sockets, real_world)

BOOST_AUTO_TEST_CASE(messages_and_bodies_cross_real_sockets) {
  std::vector<body> sent;
  for (std::uint64_t i = 0; i < 20; ++i) {
    message what = text(std::to_string(i));
    what.bodies = {make_body(pattern(300'000 * i, i)), make_body(pattern(i, i))};
    sent.push_back(what.bodies[0]);
    BOOST_REQUIRE(out->send(std::move(what)).has_value());
    BOOST_REQUIRE(out->send(text("control")).has_value());
    BOOST_REQUIRE(back->send(text("back")).has_value());
  }
  until([&] { return back_inbox.bulk.size() == 20 && near_inbox.control.size() == 20; });
  BOOST_TEST(back_inbox.control.size() == 20);
  for (std::size_t i = 0; i < 20; ++i) {
    const body& got = back_inbox.bulk[i].bodies[0];
    BOOST_TEST(back_inbox.bulk[i].head == std::to_string(i));
    BOOST_TEST((std::ranges::equal(std::span{got.memory.get(), got.size},
                                   std::span{sent[i].memory.get(), sent[i].size})));
  }
}

BOOST_AUTO_TEST_CASE(a_goodbye_arrives_behind_the_last_word) {
  for (int i = 0; i < 1000; ++i)
    BOOST_REQUIRE(out->send(text("word")).has_value());
  BOOST_REQUIRE(back->send(text("unread")).has_value());
  out->close("done");
  until([&] { return !back_inbox.closed.empty(); });
  BOOST_TEST(back_inbox.control.size() == 1000);
  BOOST_TEST(back_inbox.closed[0].detail == "near closed the link: done");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace echelon::net
