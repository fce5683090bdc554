#include <algorithm>

#include <boost/test/unit_test.hpp>

#include "net/link/conversation.hpp"
#include "net/link/pace.hpp"
#include "tests/support/hub_world.hpp"

namespace echelon::net {
namespace {

using namespace std::chrono_literals;
using tests::linked_world;
using tests::make_body;
using tests::pattern;
using tests::recorder;
using tests::text;

/// A bottleneck of a given rate behind a wire of a given round trip, filled as a pace allows.
struct bottleneck {
  double bytes_per_s;
  nanoseconds round_trip;

  /// Answers how many bytes were delivered in that time.
  double pump(pace& lane, nanoseconds span) {
    const std::uint64_t before = settled;
    for (const nanoseconds until = now + span; now < until;) {
      if (sent == settled)
        lane.begin_flight(now);
      while (lane.admits(sent - settled, lane.chunk_bytes()))
        send(lane, lane.chunk_bytes());
      const auto [moment, position] = answers.front();
      answers.pop_front();
      now = moment;
      lane.acknowledged(position, position - settled, now);
      settled = position;
    }
    return static_cast<double>(settled - before);
  }
  void send(pace& lane, std::size_t size) {
    lane.asked(sent + size, sent - settled, now);
    sent += size;
    free_at = std::max(free_at, now) +
              to_nanoseconds(seconds{static_cast<double>(size) / bytes_per_s});
    queue_max = std::max(queue_max, free_at - now);
    answers.emplace_back(free_at + round_trip, sent);
  }

  nanoseconds now{0};
  nanoseconds free_at{0};
  nanoseconds queue_max{0};
  std::uint64_t sent = 0;
  std::uint64_t settled = 0;
  std::deque<std::pair<nanoseconds, std::uint64_t>> answers{};
};

BOOST_AUTO_TEST_SUITE(lanes)

BOOST_AUTO_TEST_CASE(a_slow_line_is_full_and_its_queue_is_short) {
  for (const auto& [megabits, trip] :
       {std::pair{10.0, 10ms}, {10.0, 1ms}, {2.0, 40ms}, {50.0, 100ms}}) {
    bottleneck line{.bytes_per_s = megabits * 1e6 / 8, .round_trip = trip};
    pace lane;
    const double delivered = line.pump(lane, 60s);
    BOOST_TEST_CONTEXT(megabits << " Mbit/s, " << trip.count() << " ms") {
      BOOST_TEST(delivered > 0.9 * 60 * line.bytes_per_s);
      // 20 ms and a chunk; on long lines more while the window is found.
      BOOST_TEST((line.queue_max <= (trip > 10ms ? 150ms : 30ms)));
      BOOST_TEST(lane.chunk_bytes() <= 64 * 1024);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_fast_line_gets_the_whole_credit_and_large_chunks) {
  bottleneck line{.bytes_per_s = 2e9, .round_trip = 100us};
  pace lane;
  line.pump(lane, 1s);
  BOOST_TEST(lane.window() == credit_bytes);
  BOOST_TEST(lane.chunk_bytes() == chunk_bytes_max);
}

BOOST_AUTO_TEST_CASE(a_line_that_becomes_longer_or_slower_is_noticed) {
  bottleneck line{.bytes_per_s = 1e6, .round_trip = 2ms};
  pace lane;
  line.pump(lane, 5s);
  BOOST_TEST(lane.window() < 40'000);
  line.round_trip = 100ms;
  BOOST_TEST(line.pump(lane, 60s) > 0.7 * 60e6);
  line.bytes_per_s = 1e5;
  line.pump(lane, 5s);
  BOOST_TEST(lane.window() < 20'000);
}

/// Two conversations whose frames are carried by hand.
struct talk {
  struct still_clock final : clock {
    nanoseconds now() const override { return moment; }
    asio::awaitable<void> sleep_until(nanoseconds) override { co_return; }
    nanoseconds moment{1};
  } time;
  std::vector<std::string> log;
  conversation near{time, [this](const std::string& line) { log.push_back("near " + line); }};
  conversation far{time, [this](const std::string& line) { log.push_back("far " + line); }};
  recorder near_inbox, far_inbox;

  talk() {
    near.read_with(&near_inbox);
    far.read_with(&far_inbox);
  }
  /// The kinds of frames that went.
  std::vector<frame_kind> carry(conversation& from, frame_assembler& to) {
    batch out;
    from.fill(out);
    std::vector<frame_kind> kinds;
    bool header = true;
    std::size_t payload = 0;
    for (const asio::const_buffer& part : out.parts()) {
      const std::span bytes{static_cast<const std::byte*>(part.data()), part.size()};
      if (header) {
        const auto read = decode_header(bytes.first<frame_header_bytes>());
        kinds.push_back(read->kind);
        payload = read->length;
      }
      header = !header || payload == 0;
      for (auto rest = bytes; !rest.empty();) {
        const auto room = to.room();
        const std::size_t count = std::min(room.size(), rest.size());
        std::ranges::copy(rest.first(count), room.begin());
        const auto sound = to.took(count);
        BOOST_REQUIRE_MESSAGE(sound.has_value(), (sound ? "" : sound.error().detail));
        rest = rest.subspan(count);
      }
    }
    time.moment += 1ms;
    return kinds;
  }
};

BOOST_FIXTURE_TEST_CASE(control_goes_before_the_next_chunk, talk) {
  frame_assembler to_far{far}, to_near{near};
  message large = text("large");
  large.bodies = {make_body(pattern(1'000'000, 1))};
  near.send(large);
  using enum frame_kind;
  BOOST_TEST((carry(near, to_far) == std::vector{open}));  // alone: its round trip is measured
  carry(far, to_near);
  near.send(text("urgent"));
  const auto kinds = carry(near, to_far);
  BOOST_REQUIRE(kinds.size() >= 2);
  BOOST_TEST((kinds[0] == message));
  BOOST_TEST((kinds[1] == chunk));
  BOOST_TEST(far_inbox.control.size() == 1);
  for (int i = 0; i < 1000 && far_inbox.bulk.empty(); ++i) {
    near.send(text("x"));
    const auto next = carry(near, to_far);
    BOOST_TEST((next.front() == message));
    carry(far, to_near);
  }
  BOOST_REQUIRE(far_inbox.bulk.size() == 1);
}

BOOST_FIXTURE_TEST_CASE(no_more_than_the_window_is_ever_under_way, talk) {
  frame_assembler to_far{far}, to_near{near};
  message large = text("large");
  large.bodies = {make_body(pattern(20'000'000, 1))};
  near.send(large);
  const auto all = static_cast<std::int64_t>(near.pending_bytes());
  std::int64_t most = 0;
  for (int i = 0; i < 10'000 && far_inbox.bulk.empty(); ++i) {
    const auto before = static_cast<std::int64_t>(near.pending_bytes());
    while (!carry(near, to_far).empty()) {
    }
    const auto come = static_cast<std::int64_t>(far.received().position);
    most = std::max(most, come - (all - before));
    carry(far, to_near);
  }
  BOOST_REQUIRE(far_inbox.bulk.size() == 1);
  BOOST_TEST(most <= static_cast<std::int64_t>(credit_bytes));
  BOOST_TEST(most > static_cast<std::int64_t>(credit_bytes / 2));
}

BOOST_FIXTURE_TEST_CASE(a_message_without_room_is_skipped_and_counted, linked_world) {
  meet();
  far->inbox.room = [](std::span<const std::byte> head,
                       std::span<const std::size_t> sizes) -> result<std::vector<landing>> {
    if (tests::text_of(head) == "unwanted")
      return fail(errc::bad_input, "the plan says {} bytes", 7);
    std::vector<landing> rooms;
    for (const std::size_t size : sizes)
      rooms.push_back({std::make_shared<std::byte[]>(size), size});
    return rooms;
  };
  for (const char* head : {"first", "unwanted", "second", "unwanted", "third"}) {
    message what = text(head);
    what.bodies = {make_body(pattern(6'000'000, 1)), make_body(pattern(10, 2))};
    BOOST_REQUIRE(out->send(what).has_value());
  }
  settle([&] { return far->inbox.bulk.size() == 3; }, 10s);
  BOOST_REQUIRE(far->inbox.bulk.size() == 3);
  BOOST_TEST(far->inbox.bulk[1].head == "second");
  BOOST_TEST(far->inbox.bulk[2].head == "third");
  pass(10s);
  BOOST_TEST(out->counts().messages_refused == 2);
  BOOST_TEST(out->counts().bytes_pending == 0);
  // What was under way when the refusal came, and no more.
  BOOST_TEST(out->counts().bytes_sent < 18'000'000 + 2 * 5'000'000);
  BOOST_TEST(near->log.back() == "far: had no room for a message: the plan says 7 bytes");
}

BOOST_FIXTURE_TEST_CASE(a_room_of_another_size_is_no_room, linked_world) {
  meet();
  far->inbox.room = [](auto&&...) -> result<std::vector<landing>> {
    return std::vector<landing>{{std::make_shared<std::byte[]>(4), 4}};
  };
  message what = text("x");
  what.bodies = {make_body(pattern(5, 1))};
  BOOST_REQUIRE(out->send(what).has_value());
  settle([&] { return out->counts().messages_refused == 1; }, 10s);
  BOOST_TEST(out->counts().messages_refused == 1);
}

BOOST_FIXTURE_TEST_CASE(more_than_the_limit_is_not_taken, linked_world) {
  meet([](hub_settings& settings) { settings.pending_bytes_max = 1000; });
  BOOST_TEST(!out->send({std::vector<std::byte>(head_bytes_max + 1), {}}).has_value());
  message many = text("x");
  many.bodies.resize(bodies_max + 1);
  BOOST_TEST(!out->send(many).has_value());
  message large = text("x");
  large.bodies = {make_body(pattern(2000, 1))};
  BOOST_TEST(!out->send(large).has_value());
  int taken = 0;
  while (out->send(text("0123456789")).has_value())
    ++taken;
  BOOST_TEST(taken > 10);
  BOOST_TEST(taken < 30);
  BOOST_TEST(out->counts().bytes_pending <= 1000);
  settle([&] { return far->inbox.control.size() == static_cast<std::size_t>(taken); });
  pass(10s);
  BOOST_TEST(out->counts().bytes_pending == 0);
  BOOST_TEST(out->send(text("again")).has_value());
}

BOOST_FIXTURE_TEST_CASE(what_comes_before_a_reader_waits_for_it, linked_world) {
  meet();
  back->read_with(nullptr);
  BOOST_REQUIRE(out->send(text("early")).has_value());
  message what = text("early too");
  what.bodies = {make_body(pattern(100'000, 1))};
  BOOST_REQUIRE(out->send(what).has_value());
  pass(60s);
  BOOST_TEST(far->inbox.control.empty());
  BOOST_TEST(out->counts().cuts == 0);
  back->read_with(&far->inbox);
  settle([&] { return far->inbox.bulk.size() == 1; }, time.now() + 10s);
  BOOST_TEST(far->inbox.control.size() == 1);
  BOOST_TEST(far->inbox.bulk.size() == 1);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace echelon::net
