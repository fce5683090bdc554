#include "net/link/liveness.hpp"

#include <boost/test/unit_test.hpp>

#include "algorithms/base/hash.hpp"
#include "tests/support/hub_world.hpp"
#include "tests/support/repeating_memory.hpp"

namespace echelon::net {
namespace {

using namespace std::chrono_literals;
using tests::linked_world;
using tests::text;
using healths = std::vector<health>;

stream_faults silent(nanoseconds from, nanoseconds until) {
  stream_faults faults;
  faults.forth.outages = faults.back.outages = {{from, until}};
  return faults;
}

BOOST_AUTO_TEST_SUITE(liveness)

BOOST_AUTO_TEST_CASE(silence_is_judged_by_thirds_and_ninths) {
  class liveness peer {
    9s, 0s
  };
  BOOST_TEST(!peer.look(0s).ping);
  const auto first = peer.look(1s);
  BOOST_TEST(first.ping);
  BOOST_TEST(!first.suspect);
  BOOST_TEST((first.look_again == nanoseconds{2s}));
  BOOST_TEST(!peer.look(2s).suspect);
  BOOST_TEST(peer.look(3s).suspect);
  peer.heard(3500ms);
  BOOST_TEST(!peer.look(4s).suspect);
  for (nanoseconds now = 4500ms; now < 12500ms; now += 1s)
    BOOST_TEST(!peer.look(now).dead);
  BOOST_TEST(peer.look(12500ms).dead);
}

BOOST_AUTO_TEST_CASE(time_in_which_this_process_slept_does_not_count) {
  class liveness peer {
    9s, 0s
  };
  peer.look(0s);
  peer.look(1s);
  const auto woken = peer.look(1000s);
  BOOST_TEST(!woken.dead);
  BOOST_TEST(!woken.suspect);
  BOOST_TEST((woken.look_again <= nanoseconds{1001s}));
  BOOST_TEST(peer.look(1002s).suspect);
}

BOOST_FIXTURE_TEST_CASE(an_idle_link_stays_good_for_days, linked_world) {
  meet();
  pass(48h);
  BOOST_TEST(far->inbox.healths.empty());
  BOOST_TEST(near->inbox.healths.empty());
  BOOST_TEST(out->counts().cuts == 0);
  BOOST_TEST(out->counts().bytes_sent < 4'000'000);
}

BOOST_FIXTURE_TEST_CASE(living_links_are_judged_anew_when_the_knob_turns, linked_world) {
  meet();
  near->hub->judge_peers_by(3s);
  pass(4s);
  BOOST_TEST((out->state() == health::good));
  network.change("near", "far", silent(time.now(), time.now() + 8s));
  pass(6s);
  BOOST_TEST(near->inbox.closed.size() == 1);
  BOOST_TEST(far->inbox.closed.empty());
}

BOOST_FIXTURE_TEST_CASE(a_short_partition_makes_a_suspect_that_comes_back, linked_world) {
  meet();
  pass(1s);
  network.change("near", "far", silent(time.now(), time.now() + 20s));
  BOOST_REQUIRE(out->send(text("late")).has_value());
  pass(5s);
  BOOST_TEST((out->state() == health::good));
  pass(6s);
  BOOST_TEST((out->state() == health::suspect));
  BOOST_TEST((back->state() == health::suspect));
  pass(14s);
  BOOST_TEST((near->inbox.healths == healths{health::suspect, health::good}));
  BOOST_TEST((far->inbox.healths == healths{health::suspect, health::good}));
  BOOST_TEST(far->inbox.control.size() == 1);
  BOOST_TEST(out->counts().cuts == 0);
}

BOOST_FIXTURE_TEST_CASE(a_long_partition_ends_the_link_for_both, linked_world) {
  meet();
  pass(1s);
  const nanoseconds begin = time.now();
  network.change("near", "far", silent(begin, begin + 1h));
  network.faults([=](auto&&...) { return silent(begin, begin + 1h); });
  settle([&] { return !near->inbox.closed.empty() && !far->inbox.closed.empty(); }, begin + 2h);
  BOOST_REQUIRE(near->inbox.closed.size() == 1);
  BOOST_REQUIRE(far->inbox.closed.size() == 1);
  BOOST_TEST((near->inbox.closed[0].code == errc::timed_out));
  BOOST_TEST(near->inbox.closed[0].detail == "nothing was heard of far for 30 s");
  BOOST_TEST((time.now() - begin <= 35s));
  BOOST_TEST(!out->send(text("too late")).has_value());
}

BOOST_FIXTURE_TEST_CASE(a_process_that_was_stopped_hears_its_peers_before_it_judges_them,
                        linked_world) {
  meet();
  pass(1s);
  // Neither of them runs: bytes wait in buffers, and all timers are late.
  time.advance_to(time.now() + 10min);
  pass(60s);
  BOOST_TEST(near->inbox.healths.empty());
  BOOST_TEST(near->inbox.closed.empty());
  BOOST_TEST(far->inbox.closed.empty());
}

BOOST_FIXTURE_TEST_CASE(a_gigabyte_over_ten_megabits_is_progress_and_control_stays_quick,
                        linked_world) {
  stream_faults slow;
  slow.forth.latency = slow.back.latency = 5ms;
  slow.forth.bytes_per_s = slow.back.bytes_per_s = 1.25e6;
  slow.forth.queue_bytes = slow.back.queue_bytes = 1'000'000;
  slow.forth.packet_bytes = slow.back.packet_bytes = 8192;
  network.faults([=](auto&&...) { return slow; });
  meet();
  constexpr std::size_t size = 1'000 << 20;
  const auto memory = tests::repeating_memory(size);
  far->inbox.room = [](auto&&, std::span<const std::size_t> sizes) {
    return result<std::vector<landing>>{{{tests::repeating_memory(sizes[0]), sizes[0]}}};
  };
  nanoseconds slowest{0};
  int trips = 0;
  far->inbox.react = [this](const std::string& head) {
    if (head != "weights")
      BOOST_TEST(back->send(text(head)).has_value());
  };
  near->inbox.react = [&](const std::string& head) {
    slowest = std::max(slowest, time.now() - nanoseconds{std::stoll(head)});
    ++trips;
  };
  message what = text("weights");
  what.bodies = {{memory, size, hash_bytes({memory.get(), size})}};
  const nanoseconds begin = time.now();
  BOOST_REQUIRE(out->send(what).has_value());
  while (far->inbox.bulk.empty() && time.now() < begin + 2000s) {
    BOOST_REQUIRE(out->send(text(std::to_string(time.now().count()))).has_value());
    settle([&] { return !far->inbox.bulk.empty(); }, time.now() + 100ms);
    time.advance_to(time.now() + 1ms);
  }
  const seconds taken = time.now() - begin;
  BOOST_TEST_MESSAGE("1 GB in " << taken.count() << " s, " << trips << " round trips of at most "
                                << to_seconds(slowest).count() * 1e3 << " ms");
  BOOST_TEST(far->inbox.bulk.size() == 1);
  BOOST_TEST(taken.count() < 1.1 * static_cast<double>(size) / 1.25e6);
  BOOST_TEST(trips > 5000);
  BOOST_TEST((slowest < 50ms));
  BOOST_TEST(near->inbox.healths.empty());
  BOOST_TEST(far->inbox.healths.empty());
  BOOST_TEST(out->counts().cuts == 0);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace echelon::net
