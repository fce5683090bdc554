#include <algorithm>

#include <boost/test/unit_test.hpp>
#include <rapidcheck/boost_test.h>

#include "net/link/pace.hpp"
#include "tests/support/hub_world.hpp"
#include "tests/support/repeating_memory.hpp"

namespace echelon::net {
namespace {

using namespace std::chrono_literals;
using tests::linked_world;
using tests::make_body;
using tests::party;
using tests::pattern;
using tests::text;

message large(const std::string& head, std::size_t size, std::uint64_t seed) {
  message what = text(head);
  what.bodies = {make_body(pattern(size, seed))};
  return what;
}

bool same(const body& got, const body& sent) {
  return std::ranges::equal(std::span{got.memory.get(), got.size},
                            std::span{sent.memory.get(), sent.size});
}

/// Anything but a broken wire.
direction_faults drawn_direction(random_stream& random) {
  direction_faults faults;
  faults.latency = to_nanoseconds(seconds{random.uniform(0, 0.03)});
  if (random.bernoulli(0.3))
    faults.jitter = 5ms;
  if (random.bernoulli(0.5))
    faults.bytes_per_s = random.uniform(5e4, 1e7);
  if (random.bernoulli(0.3))
    faults.slice_bytes = static_cast<std::size_t>(1 + random.below(2000));
  if (random.bernoulli(0.2))
    faults.loss = 0.02;
  if (random.bernoulli(0.5))
    faults.reset_bytes = static_cast<std::size_t>(random.below(300'000));
  if (random.bernoulli(0.2))
    faults.limit_bytes = static_cast<std::size_t>(random.below(300'000));
  if (random.bernoulli(0.3))
    faults.flips.push_back({static_cast<std::size_t>(random.below(200'000)), std::byte{0x10}});
  return faults;
}

/// Who sent what, and whether it all came: once, in order, intact.
struct ledger {
  std::vector<std::string> control;
  std::vector<std::pair<std::string, body>> bulk;

  void send(link& over, random_stream& random, const std::string& who) {
    const std::string name = who + std::to_string(control.size() + bulk.size());
    if (random.bernoulli(0.6)) {
      if (over.send(text(name)).has_value())
        control.push_back(name);
    } else {
      message what = large(name, static_cast<std::size_t>(random.below(400'000)), random());
      const body sent = what.bodies.front();
      if (over.send(std::move(what)).has_value())
        bulk.emplace_back(name, sent);
    }
  }
  bool complete(const tests::recorder& at) const {
    return at.control.size() >= control.size() && at.bulk.size() >= bulk.size();
  }
  /// What came is the beginning of what was sent; all of it unless the link was closed.
  void check(const tests::recorder& at, bool closed) const {
    RC_ASSERT(at.control.size() <= control.size());
    RC_ASSERT(at.bulk.size() <= bulk.size());
    RC_ASSERT(closed || complete(at));
    for (std::size_t i = 0; i < at.control.size(); ++i)
      RC_ASSERT(at.control[i].head == control[i]);
    for (std::size_t i = 0; i < at.bulk.size(); ++i) {
      RC_ASSERT(at.bulk[i].head == bulk[i].first);
      RC_ASSERT(same(at.bulk[i].bodies.at(0), bulk[i].second));
    }
  }
};

BOOST_AUTO_TEST_SUITE(resume)

BOOST_FIXTURE_TEST_CASE(a_cut_costs_nothing_that_was_sent, linked_world) {
  meet();
  for (int i = 0; i < 10; ++i) {
    BOOST_REQUIRE(out->send(text(std::to_string(i))).has_value());
    BOOST_REQUIRE(back->send(text(std::to_string(i))).has_value());
    network.reset();
    pass(5s);
  }
  BOOST_TEST(out->counts().cuts == 10);
  BOOST_TEST(back->counts().cuts == 10);
  BOOST_TEST(far->inbox.control.size() == 10);
  BOOST_TEST(near->inbox.control.size() == 10);
  BOOST_TEST(far->links.size() == 1);
  BOOST_TEST(near->inbox.closed.empty());
}

BOOST_FIXTURE_TEST_CASE(fifty_cuts_repeat_at_most_the_window_each, linked_world) {
  network.faults([](auto&&...) {
    stream_faults line;
    line.forth.latency = line.back.latency = 5ms;
    line.forth.bytes_per_s = line.back.bytes_per_s = 1e8;
    line.forth.packet_bytes = line.back.packet_bytes = 64 * 1024;
    return line;
  });
  meet();
  constexpr std::size_t size = 600 << 20;
  const auto memory = tests::repeating_memory(size);
  std::ranges::copy(pattern(1 << 20, 1), memory.get());
  far->inbox.room = [](auto&&, std::span<const std::size_t> sizes) {
    return result<std::vector<landing>>{{{tests::repeating_memory(sizes[0]), sizes[0]}}};
  };
  message what = text("weights");
  what.bodies = {{memory, size, hash_bytes({memory.get(), size})}};
  BOOST_REQUIRE(out->send(what).has_value());
  random_stream random{1, "moments of cuts"};
  for (int cut = 0; cut < 50; ++cut) {
    BOOST_REQUIRE(far->inbox.bulk.empty());
    pass(to_nanoseconds(seconds{random.uniform(0.05, 0.15)}));
    network.reset();
    settle([&] { return out->counts().cuts > cut; }, time.now() + 10s);
  }
  settle([&] { return !far->inbox.bulk.empty(); }, time.now() + 100s);
  BOOST_REQUIRE(far->inbox.bulk.size() == 1);
  BOOST_TEST(out->counts().cuts == 50);
  BOOST_TEST(out->counts().bytes_repeated > 1'000'000);
  BOOST_TEST(out->counts().bytes_repeated <= 50 * static_cast<std::int64_t>(credit_bytes));
  BOOST_TEST_MESSAGE("repeated " << out->counts().bytes_repeated << " bytes");
}

BOOST_FIXTURE_TEST_CASE(a_changed_bit_in_a_body_makes_it_go_again, linked_world) {
  network.faults([](auto&&...) {
    stream_faults line;
    line.forth.flips = {{1'000'000, std::byte{1}}};
    return line;
  });
  meet();
  const message what = large("weights", 3'000'000, 1);
  BOOST_REQUIRE(out->send(what).has_value());
  BOOST_REQUIRE(out->send(large("behind", 10, 2)).has_value());
  settle([&] { return far->inbox.bulk.size() == 2; }, time.now() + 10s);
  BOOST_REQUIRE(far->inbox.bulk.size() == 2);
  BOOST_TEST(same(far->inbox.bulk[0].bodies[0], what.bodies[0]));
  BOOST_TEST(far->inbox.bulk[1].head == "behind");
  BOOST_TEST(out->counts().cuts == 0);
  BOOST_TEST(out->counts().bytes_repeated >= 3'000'000);
}

BOOST_FIXTURE_TEST_CASE(a_body_that_always_arrives_damaged_ends_the_link, linked_world) {
  meet();
  message what = large("weights", 100'000, 1);
  what.bodies[0].hash ^= 1;
  BOOST_REQUIRE(out->send(what).has_value());
  settle([&] { return !near->inbox.closed.empty() && !far->inbox.closed.empty(); },
         time.now() + 100s);
  BOOST_REQUIRE(far->inbox.closed.size() == 1);
  BOOST_TEST(far->inbox.closed[0].detail ==
             "near sent nonsense: body 0 of a transfer arrived damaged 4 times");
  BOOST_TEST(near->inbox.closed.size() == 1);
  BOOST_TEST(far->inbox.bulk.empty());
}

BOOST_FIXTURE_TEST_CASE(a_damaged_frame_cuts_the_stream_and_not_the_link, linked_world) {
  int dial = 0;
  network.faults([&](auto&&...) {
    stream_faults line;
    if (dial++ == 0)
      line.forth.flips = {{600, std::byte{1}}};
    return line;
  });
  meet();
  for (int i = 0; i < 100; ++i)
    BOOST_REQUIRE(out->send(text(std::to_string(i))).has_value());
  settle([&] { return far->inbox.control.size() == 100; }, time.now() + 10s);
  BOOST_TEST(far->inbox.control.size() == 100);
  BOOST_TEST(out->counts().cuts == 1);
}

RC_BOOST_PROP(whatever_the_network_does_all_arrives_once_in_order_or_the_link_ends,
              (std::uint64_t seed)) {
  linked_world world{seed};
  random_stream random{seed, "faults"};
  int dials = 0;
  world.network.faults([&](auto&&...) {
    stream_faults line;
    // The first lets them meet; after some bad ones the network is well again.
    if (dials++ > 0 && dials < 12)
      line = {.refused = random.bernoulli(0.2),
              .reset_at = nanoseconds::max(),
              .forth = drawn_direction(random),
              .back = drawn_direction(random)};
    return line;
  });
  world.meet();
  ledger forth, back;
  for (int step = 0; step < 30; ++step) {
    forth.send(*world.out, random, "f");
    back.send(*world.back, random, "b");
    if (random.bernoulli(0.2))
      world.network.reset();
    if (random.bernoulli(0.5))
      world.pass(to_nanoseconds(seconds{random.uniform(0, 0.3)}));
  }
  const auto closed = [&] {
    return !world.near->inbox.closed.empty() && !world.far->inbox.closed.empty();
  };
  const bool settled = world.settle(
      [&] {
        return closed() || (forth.complete(world.far->inbox) && back.complete(world.near->inbox));
      },
      world.time.now() + 1h);
  RC_ASSERT(settled);
  forth.check(world.far->inbox, closed());
  back.check(world.near->inbox, closed());
  RC_CLASSIFY(closed(), "closed");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace echelon::net
