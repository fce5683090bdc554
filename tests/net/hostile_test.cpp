#include <boost/test/unit_test.hpp>

#include "net/link/batch.hpp"
#include "net/link/greeting.hpp"
#include "tests/support/hub_world.hpp"

namespace echelon::net {
namespace {

using namespace std::chrono_literals;
using tests::hand_world;
using tests::linked_world;
using tests::party;
using tests::pattern;
using tests::text;

asio::awaitable<void> try_to_write(std::shared_ptr<stream> where, std::vector<std::byte> what) {
  const asio::const_buffer all{what.data(), what.size()};
  co_await where->write(std::span{&all, 1});
}

/// Somebody who writes whatever he likes, and keeps what is answered until the other side closes.
struct stranger {
  stranger(hand_world& in, const std::string& name) : world(in), carrier(in.network.host(name)) {}

  void dial(const std::string& where) { bytes = *world.run(carrier->dial(where)); }
  void write(std::vector<std::byte> what) { world.start(try_to_write(bytes, std::move(what))); }
  void say(const frame_header& header, std::span<const std::byte> payload = {}) {
    const auto head = encode(header);
    std::vector<std::byte> all(head.begin(), head.end());
    all.insert(all.end(), payload.begin(), payload.end());
    write(std::move(all));
  }
  void say(frame_kind kind, std::vector<std::byte> payload) {
    say({.kind = kind,
         .length = static_cast<std::uint32_t>(payload.size()),
         .payload_checksum = checksum(payload)},
        payload);
  }
  /// A hello as whoever he pretends to be.
  void greet(const std::string& as, std::uint64_t incarnation = 1, std::uint64_t attempt = 1) {
    hello said;
    said.name = as;
    said.incarnation = incarnation;
    said.attempt = attempt;
    said.link = 77;
    say(frame_kind::hello, encode(said));
  }
  void pass(nanoseconds span) {
    const nanoseconds until = world.time.now() + span;
    drive(
        world.loop, world.time, [] { return false; }, until);
    world.time.advance_to(until);
  }

  hand_world& world;
  std::unique_ptr<transport> carrier;
  std::shared_ptr<stream> bytes;
};

struct besieged : hand_world {
  besieged() { far.listen(); }

  void expect_refusal(stranger& who, const std::string& why) {
    who.pass(100s);
    BOOST_REQUIRE(!far.log.empty());
    BOOST_TEST(far.log.back() == "stranger was refused: " + why);
    BOOST_TEST(far.links.empty());
    who.bytes.reset();
    finish();
    BOOST_TEST(network.streams() == 0);
  }

  party far{*this, "far"};
};

BOOST_AUTO_TEST_SUITE(hostile)

BOOST_FIXTURE_TEST_CASE(what_is_no_hello_is_refused_in_one_sentence, besieged) {
  stranger who{*this, "stranger"};
  who.dial("far");
  const std::string http = "GET /index.html HTTP/1.1\r\nHost: far\r\n\r\n";
  const auto bytes = std::as_bytes(std::span{http});
  who.write({bytes.begin(), bytes.end()});
  expect_refusal(who, "what came is no frame (it begins with byte 71); it looks like HTTP");

  who.dial("far");
  who.say({.kind = frame_kind::message});
  expect_refusal(who, "it began with a \"message\"");

  who.dial("far");
  who.say({.kind = frame_kind::hello, .length = 0xffffffff});
  expect_refusal(who, "a frame \"hello\" of 4294967295 bytes; the most is 1024");

  who.dial("far");
  who.say(frame_kind::hello, pattern(100, 1));
  expect_refusal(who, "its hello of 100 bytes makes no sense");

  who.dial("far");
  who.say(frame_kind::welcome, pattern(10, 1));
  expect_refusal(who, "it did not begin with a hello");

  who.dial("far");
  who.greet("");
  who.pass(1s);
  BOOST_TEST(far.links.empty());
}

BOOST_FIXTURE_TEST_CASE(random_bytes_never_get_in, besieged) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    stranger who{*this, "stranger"};
    who.dial("far");
    who.write(pattern(1 + seed * 7 % 500, seed));
    who.bytes.reset();
    who.pass(1s);
  }
  BOOST_TEST(far.links.empty());
  BOOST_TEST(network.streams() == 0);
  BOOST_TEST(far.hub->coroutines() == 1);
}

BOOST_FIXTURE_TEST_CASE(who_never_ends_his_hello_is_sent_away, besieged) {
  stranger who{*this, "stranger"};
  who.dial("far");
  const auto head = encode({.kind = frame_kind::hello, .length = 100});
  who.write({head.begin(), head.begin() + 20});
  for (int i = 20; i < 32; ++i) {
    who.pass(700ms);
    who.write({head[static_cast<std::size_t>(i)]});
  }
  who.pass(2s);
  BOOST_TEST(far.log.back() == "stranger was refused: it did not say who it is in time");
  who.bytes.reset();
  who.pass(1s);
  BOOST_TEST(network.streams() == 0);
}

BOOST_FIXTURE_TEST_CASE(many_silent_strangers_do_not_pile_up_nor_fill_the_log, besieged) {
  std::deque<stranger> crowd;
  for (int i = 0; i < 500; ++i) {
    crowd.emplace_back(*this, "stranger");
    crowd.back().dial("far");
  }
  crowd.back().pass(1s);
  BOOST_TEST(far.hub->coroutines() <= 1 + 2 * 64);
  BOOST_TEST(far.log.size() <= 5);
  crowd.back().pass(20s);
  BOOST_TEST(far.hub->coroutines() == 1);
  BOOST_TEST(far.log.size() <= 30);
  party honest{*this, "near"};
  BOOST_TEST(honest.dial("far", "far").has_value());
}

BOOST_FIXTURE_TEST_CASE(honest_peers_get_in_while_strangers_hold_all_places, besieged) {
  std::deque<stranger> crowd;
  for (int i = 0; i < 100; ++i) {
    crowd.emplace_back(*this, "stranger");
    crowd.back().dial("far");
  }
  party honest{*this, "near"};
  BOOST_TEST(honest.dial("far", "far").has_value());  // once the first were sent away
}

BOOST_FIXTURE_TEST_CASE(a_replayed_hello_is_refused, besieged) {
  stranger who{*this, "stranger"};
  who.dial("far");
  who.greet("near", 5, 9);
  who.pass(1s);
  BOOST_REQUIRE(far.links.size() == 1);
  for (const auto& [incarnation, attempt] : {std::pair{5U, 9U}, {5U, 8U}, {4U, 100U}}) {
    stranger again{*this, "stranger"};
    again.dial("far");
    again.greet("near", incarnation, attempt);
    again.pass(1s);
  }
  BOOST_TEST(far.links.size() == 1);
  BOOST_TEST(far.inbox.closed.empty());
  BOOST_TEST(far.log.back() ==
             "stranger was refused: near: a newer process of that name has been here");
}

/// A peer that was let in, and sends what an honest one never does.
struct traitor : besieged {
  void let_in() {
    who.dial("far");
    who.greet("near", 1, ++attempts);
    who.pass(1ms);
    BOOST_REQUIRE(!far.links.empty());
  }
  void expect_end(const std::string& why) {
    who.pass(1s);
    BOOST_REQUIRE(!far.inbox.closed.empty());
    BOOST_TEST(far.inbox.closed.back().detail == "near sent nonsense: " + why);
    far.inbox.closed.clear();
    far.links.clear();
    BOOST_TEST(far.hub->coroutines() == 1);
  }
  static std::vector<std::byte> opening(std::uint64_t size, std::uint8_t bodies = 1) {
    std::vector<std::byte> bytes{std::byte{bodies}};
    for (int i = 0; i < 16; ++i)
      bytes.push_back(i < 8 ? static_cast<std::byte>(size >> (8 * i)) : std::byte{});
    return bytes;
  }
  void open(std::uint64_t size, std::uint64_t position = 0) {
    const auto bytes = opening(size);
    who.say({.kind = frame_kind::open,
             .length = static_cast<std::uint32_t>(bytes.size()),
             .position = position,
             .payload_checksum = checksum(bytes)},
            bytes);
  }

  stranger who{*this, "stranger"};
  std::uint64_t attempts = 0;
};

BOOST_FIXTURE_TEST_CASE(a_peer_that_talks_nonsense_is_closed, traitor) {
  let_in();
  who.say({.kind = frame_kind::hello});
  expect_end("a \"hello\" in the middle of a stream");
  let_in();
  who.say({.kind = frame_kind::ack, .sequence = 3});
  expect_end("control frame 3 is acknowledged; the last one sent was 0");
  let_in();
  who.say({.kind = frame_kind::ack, .position = 3});
  expect_end("bulk bytes up to 3 are acknowledged; 0 were sent");
  let_in();
  who.say({.kind = frame_kind::again});
  expect_end("a transfer at 0 is to be repeated; there is none");
  let_in();
  who.say({.kind = frame_kind::message, .sequence = 2});
  expect_end("control frame 2 came after 0");
  let_in();
  who.say({.kind = frame_kind::chunk, .length = 10});
  expect_end("a chunk at 0; the next byte is 0, where a transfer must begin");
  let_in();
  open(10, 5);
  expect_end("a transfer begins at 5; the next byte is 0");
}

BOOST_FIXTURE_TEST_CASE(what_comes_twice_is_handed_on_once, traitor) {
  let_in();
  for (const std::uint64_t sequence : {1U, 1U, 2U, 1U, 2U, 3U})
    who.say({.kind = frame_kind::message, .sequence = sequence});
  who.pass(1s);
  BOOST_TEST(far.inbox.control.size() == 3);
  BOOST_TEST(far.inbox.closed.empty());
}

BOOST_FIXTURE_TEST_CASE(promises_cost_nothing, traitor) {
  std::vector<std::size_t> asked;
  far.inbox.room = [&](auto&&, std::span<const std::size_t> sizes) {
    asked.push_back(sizes[0]);
    return result<std::vector<landing>>{fail(errc::bad_input, "too large")};
  };
  let_in();
  open(std::uint64_t{1} << 60);
  expect_end("a transfer promises a body of 1152921504606846976 bytes");
  let_in();
  open(~std::uint64_t{0});
  expect_end("a transfer promises a body of 18446744073709551615 bytes");
  BOOST_TEST(asked.empty());
  let_in();
  open(std::uint64_t{1} << 59);  // possible, and the plan says no
  who.pass(1s);
  BOOST_REQUIRE(asked.size() == 1);
  BOOST_TEST(far.inbox.closed.empty());
  who.say({.kind = frame_kind::chunk, .length = 100'000, .position = 17});
  who.write(pattern(100'000, 1));  // dropped
  who.pass(1s);
  BOOST_TEST(far.inbox.closed.empty());
}

BOOST_FIXTURE_TEST_CASE(a_chunk_stays_within_its_body, traitor) {
  let_in();
  open(100);
  who.say({.kind = frame_kind::chunk, .length = 101, .position = 17});
  expect_end("a chunk of 101 bytes; 100 are missing");
  let_in();
  open(100);
  who.say({.kind = frame_kind::chunk, .length = 10, .position = 18});
  expect_end("a chunk at 18; the next byte is 17");
  let_in();
  who.say(frame_kind::open, opening(1, 9));
  expect_end("a transfer of 9 bodies; 1 to 8 are possible");
  let_in();
  who.say(frame_kind::open, opening(1, 2));
  expect_end("the opening of a transfer, 17 bytes, makes no sense");
}

BOOST_FIXTURE_TEST_CASE(an_admitted_peer_may_send_any_bytes_at_all, traitor) {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    random_stream random{seed, "traitor"};
    party victim{*this, "victim" + std::to_string(seed)};
    victim.listen();
    stranger any{*this, "stranger"};
    any.dial(victim.name);
    any.greet("near");
    for (int i = 0; i < 20; ++i) {
      frame_header header;
      header.kind = static_cast<frame_kind>(4 + random.below(7));
      header.sequence = static_cast<std::uint64_t>(random.below(3));
      header.position = static_cast<std::uint64_t>(random.below(60));
      auto payload = random.bernoulli(0.5)
                         ? opening(static_cast<std::uint64_t>(random.below(50)))
                         : pattern(static_cast<std::size_t>(random.below(40)), random());
      payload.resize(std::min(payload.size(), payload_bytes_max(header.kind)));
      header.length = static_cast<std::uint32_t>(payload.size());
      header.payload_checksum = checksum(payload);
      any.say(header, payload);
    }
    any.write(pattern(1000, seed));
    any.pass(1s);
    any.bytes.reset();
    any.pass(60s);
    BOOST_TEST(victim.hub->coroutines() == 1);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace echelon::net
