#include <boost/test/unit_test.hpp>

#include "tests/support/hub_world.hpp"

namespace echelon::net {
namespace {

using namespace std::chrono_literals;
using tests::hand_world;
using tests::linked_world;
using tests::party;
using tests::text;

struct dialled {
  result<std::shared_ptr<link>> made = fail(errc::timed_out, "not yet");
  bool done = false;
};

asio::awaitable<void> dial(hub& from, std::string where, std::string expected, dialled& into) {
  into.made = co_await from.connect(std::move(where), std::move(expected), 60s);
  into.done = true;
}

bool mentions(const std::vector<std::string>& log, const std::string& what) {
  return std::ranges::any_of(
      log, [&](const std::string& line) { return line.find(what) != std::string::npos; });
}

BOOST_AUTO_TEST_SUITE(hub)

BOOST_FIXTURE_TEST_CASE(whom_one_expects_is_whom_one_gets, hand_world) {
  party far{*this, "far"}, near{*this, "near"};
  far.listen();
  const auto wrong = near.dial("far", "somebody");
  BOOST_REQUIRE(!wrong.has_value());
  BOOST_TEST(wrong.error().detail == "far refused: near looks for somebody; this is far");
  BOOST_TEST(mentions(far.log, "near was refused: near looks for somebody"));
  BOOST_TEST(near.dial("far", "")->get()->peer() == "far");
  BOOST_TEST(far.links.size() == 1);
}

BOOST_FIXTURE_TEST_CASE(who_is_not_admitted_stays_outside, hand_world) {
  party far{*this, "far", 1, [](hub_settings& settings) {
              settings.admits = [](const std::string& who) { return who == "friend"; };
            }};
  far.listen();
  party near{*this, "near"}, known{*this, "friend"};
  const nanoseconds begin = time.now();
  const auto refused = near.dial("far", "far");
  BOOST_REQUIRE(!refused.has_value());
  BOOST_TEST(refused.error().detail == "far refused: near is not admitted");
  BOOST_TEST((time.now() - begin < 1s));  // at once: it would not be let in later either
  BOOST_TEST(far.links.empty());
  BOOST_TEST(known.dial("far", "far").has_value());
  party far_again{*this, "far"};
  const auto myself = far_again.dial("far", "");
  BOOST_REQUIRE(!myself.has_value());
}

BOOST_FIXTURE_TEST_CASE(one_dials_until_somebody_listens_or_time_is_up, hand_world) {
  party far{*this, "far"}, near{*this, "near"};
  const nanoseconds begin = time.now();
  const auto none = near.dial("far", "far", 10s);
  BOOST_REQUIRE(!none.has_value());
  BOOST_TEST(none.error().detail == "far: nobody listens there");
  BOOST_TEST((time.now() - begin <= 10s));
  dialled later;
  start(dial(*near.hub, "far", "far", later));
  drive(
      loop, time, [&] { return later.done; }, time.now() + 20s);
  BOOST_TEST(!later.done);
  far.listen();
  finish();
  BOOST_TEST(later.made.has_value());
  const auto nonsense = near.dial("", "");
  BOOST_TEST((nonsense.error().code == errc::bad_input));
}

BOOST_FIXTURE_TEST_CASE(a_second_dial_finds_the_link_that_is_there, linked_world) {
  meet();
  const auto again = near->dial("far", "far");
  BOOST_TEST(again->get() == out.get());
  const auto unnamed = near->dial("far", "");
  BOOST_TEST(unnamed->get() == out.get());
  BOOST_TEST(far->links.size() == 1);
}

BOOST_AUTO_TEST_CASE(both_may_dial_at_once) {
  for (int delay = 0; delay < 30; ++delay) {
    for (const auto latency : {5ms, 7ms}) {
      const bool named = delay % 2 == 0;
      hand_world world;
      world.network.faults([=](const std::string& from, auto&&...) {
        stream_faults line;
        line.forth.latency = line.back.latency = from == "a" ? 5ms : latency;
        return line;
      });
      party a{world, "a"}, b{world, "b"};
      a.listen();
      b.listen();
      dialled from_a, from_b;
      world.start(dial(*a.hub, "b", named ? "b" : "", from_a));
      const nanoseconds later = world.time.now() + delay * 1ms;
      drive(
          world.loop, world.time, [] { return false; }, later);
      world.time.advance_to(later);
      world.start(dial(*b.hub, "a", named ? "a" : "", from_b));
      world.finish();
      BOOST_TEST_CONTEXT("b dials " << delay << " ms after a") {
        BOOST_REQUIRE(from_a.made.has_value());
        BOOST_REQUIRE(from_b.made.has_value());
        (*from_a.made)->read_with(&a.inbox);
        (*from_b.made)->read_with(&b.inbox);
        BOOST_TEST((*from_a.made)->send(text("from a")).has_value());
        BOOST_TEST((*from_b.made)->send(text("from b")).has_value());
        drive(
            world.loop, world.time,
            [&] { return !a.inbox.control.empty() && !b.inbox.control.empty(); },
            world.time.now() + 100s);
        BOOST_TEST(a.inbox.control.size() == 1);
        BOOST_TEST(b.inbox.control.size() == 1);
        drive(
            world.loop, world.time, [] { return false; }, world.time.now() + 100s);
        BOOST_TEST(a.inbox.closed.empty());
        BOOST_TEST(b.inbox.closed.empty());
        BOOST_TEST(a.links.size() + b.links.size() <= 2);
        for (const auto& given : a.links)
          BOOST_TEST(given.get() == from_a.made->get());
        for (const auto& given : b.links)
          BOOST_TEST(given.get() == from_b.made->get());
        BOOST_TEST(world.network.streams() == 1);
        // Whoever dialled dials again after a cut; where both did, both do, at the same moment.
        for (std::size_t cut = 1; cut <= 5; ++cut) {
          world.network.reset();
          BOOST_TEST((*from_a.made)->send(text("from a")).has_value());
          BOOST_TEST((*from_b.made)->send(text("from b")).has_value());
          drive(
              world.loop, world.time, [] { return false; }, world.time.now() + 20s);
          BOOST_TEST(a.inbox.control.size() == 1 + cut);
          BOOST_TEST(b.inbox.control.size() == 1 + cut);
          BOOST_TEST(world.network.streams() == 1);
        }
        BOOST_TEST(a.inbox.closed.empty());
        BOOST_TEST(b.inbox.closed.empty());
      }
    }
  }
}

BOOST_FIXTURE_TEST_CASE(a_new_incarnation_takes_the_place_of_the_old, linked_world) {
  meet();
  const auto carrier = network.host("near");
  near->inbox.closed.clear();
  party reborn{*this, "near", 2};
  const auto made = reborn.dial("far", "far");
  BOOST_REQUIRE(made.has_value());
  pass(1s);
  BOOST_REQUIRE(far->inbox.closed.size() == 1);
  BOOST_TEST(far->inbox.closed[0].detail == "near has begun anew");
  BOOST_REQUIRE(far->links.size() == 2);
  BOOST_TEST(far->links[1]->incarnation() == 2);
  BOOST_TEST((*made)->send(text("anew")).has_value());
  pass(100s);
  BOOST_TEST(far->inbox.control.size() == 1);
  BOOST_TEST(near->inbox.closed.size() == 1);  // its redials were refused

  party ghost{*this, "near", 1};
  const auto late = ghost.dial("far", "far", 5s);
  BOOST_REQUIRE(!late.has_value());
  BOOST_TEST(late.error().detail ==
             "far refused: near: a newer process of that name has been here");
}

BOOST_FIXTURE_TEST_CASE(a_close_says_why_and_a_new_link_may_follow, linked_world) {
  meet();
  BOOST_REQUIRE(out->send(text("the last word")).has_value());
  out->close("enough");
  BOOST_TEST(!out->send(text("more")).has_value());
  pass(1s);
  BOOST_TEST(far->inbox.control.size() == 1);
  BOOST_REQUIRE(far->inbox.closed.size() == 1);
  BOOST_TEST(far->inbox.closed[0].detail == "near closed the link: enough");
  BOOST_TEST(near->inbox.closed.empty());
  BOOST_TEST(!back->send(text("more")).has_value());
  const auto anew = near->dial("far", "far");
  BOOST_REQUIRE(anew.has_value());
  BOOST_TEST((*anew)->send(text("hello again")).has_value());
  pass(1s);
  BOOST_TEST(far->inbox.control.size() == 2);
}

BOOST_FIXTURE_TEST_CASE(a_link_that_the_peer_forgot_without_our_knowing_begins_anew, linked_world) {
  meet();
  // The goodbye is lost: far closes while nothing passes.
  stream_faults deaf;
  deaf.forth.outages = deaf.back.outages = {{time.now(), nanoseconds::max()}};
  network.change("near", "far", deaf);
  out->close("unheard");
  pass(2s);
  const auto anew = near->dial("far", "far");
  BOOST_REQUIRE(anew.has_value());
  pass(1s);
  BOOST_REQUIRE(far->inbox.closed.size() == 1);
  BOOST_TEST(far->inbox.closed[0].detail == "near has begun a new link");
  BOOST_TEST(far->links.size() == 2);
}

BOOST_FIXTURE_TEST_CASE(whoever_lets_go_of_a_link_closes_it, linked_world) {
  meet();
  out.reset();
  pass(1s);
  BOOST_REQUIRE(far->inbox.closed.size() == 1);
  BOOST_TEST(far->inbox.closed[0].detail == "near closed the link: nobody there needs it any more");
}

BOOST_FIXTURE_TEST_CASE(links_may_outlive_their_hub, linked_world) {
  meet();
  far->leave();
  near->leave();
  BOOST_TEST(!out->send(text("x")).has_value());
  BOOST_TEST(out->peer() == "far");
  out->close("again");
  out->read_with(nullptr);
  settle([] { return false; }, time.now());
  back.reset();
}

BOOST_FIXTURE_TEST_CASE(closing_ends_dials_and_handshakes_under_way, hand_world) {
  party far{*this, "far"}, near{*this, "near"};
  far.listen();
  const auto stranger = network.host("stranger");
  auto silent = run(stranger->dial("far"));
  dialled never;
  start(dial(*near.hub, "nowhere", "", never));
  drive(
      loop, time, [] { return false; }, time.now() + 1s);
  BOOST_TEST(far.hub->coroutines() > 1);
  start(near.hub->close());
  finish();
  BOOST_TEST(never.done);
  BOOST_TEST(never.made.error().detail == "the hub is closed");
  BOOST_TEST(near.hub->coroutines() == 0);
}

BOOST_FIXTURE_TEST_CASE(a_thousand_processes_come_and_go_without_a_trace, hand_world) {
  party far{*this, "far"};
  far.listen();
  const int idle = far.hub->coroutines();
  for (std::uint64_t life = 1; life <= 1000; ++life) {
    party near{*this, "near", life};
    const auto made = near.dial("far", "far");
    BOOST_REQUIRE(made.has_value());
    BOOST_REQUIRE((*made)->send(text("hello")).has_value());
    if (life % 3 == 0)
      near.leave();
  }
  drive(
      loop, time, [] { return false; }, time.now() + 1s);
  BOOST_TEST(far.inbox.closed.size() == 1000);
  far.links.clear();
  BOOST_TEST(far.hub->coroutines() == idle);
  BOOST_TEST(network.streams() == 0);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace echelon::net
