#include "net/link/frame.hpp"

#include <algorithm>

#include <boost/test/unit_test.hpp>
#include <rapidcheck/boost_test.h>

#include "net/link/frame_assembler.hpp"
#include "net/link/greeting.hpp"
#include "tests/support/streams.hpp"

namespace echelon::net {
namespace {

using tests::pattern;

frame_header drawn_header(random_stream& random) {
  frame_header header;
  header.kind = static_cast<frame_kind>(1 + random.below(11));
  header.asks = random.bernoulli(0.5);
  const auto most = static_cast<index>(payload_bytes_max(header.kind));
  header.length = static_cast<std::uint32_t>(random.below(most + 1));
  header.sequence = random();
  header.position = random();
  header.payload_checksum = static_cast<std::uint32_t>(random());
  return header;
}

/// Keeps whole frames; chunks land in memory of their own.
struct keeper : frame_consumer {
  result<std::span<std::byte>> chunk_room(const frame_header& header) override {
    if (!wanted)
      return std::span<std::byte>{};
    landed.assign(header.length, std::byte{});
    grown = 0;
    return std::span{landed};
  }
  void chunk_grew(std::size_t count) override { grown += count; }
  result<void> frame_came(const frame_header& header, std::span<const std::byte> payload) override {
    frames.push_back(header);
    payloads.emplace_back(payload.begin(), payload.end());
    if (header.kind == frame_kind::chunk && wanted) {
      BOOST_TEST(grown == header.length);
      payloads.back() = landed;
    }
    return {};
  }

  bool wanted = true;
  std::size_t grown = 0;
  std::vector<std::byte> landed;
  std::vector<frame_header> frames;
  std::vector<std::vector<std::byte>> payloads;
};

/// As if the bytes came in pieces of at most so many.
result<void> feed(frame_assembler& to, std::span<const std::byte> bytes, std::size_t piece) {
  while (!bytes.empty()) {
    const auto room = to.room();
    BOOST_REQUIRE(!room.empty());
    const std::size_t count = std::min({room.size(), bytes.size(), piece});
    std::ranges::copy(bytes.first(count), room.begin());
    bytes = bytes.subspan(count);
    ECHELON_CHECK(to.took(count));
  }
  return {};
}

BOOST_AUTO_TEST_SUITE(frame)

BOOST_AUTO_TEST_CASE(a_header_lies_as_the_page_says) {
  const auto bytes = encode({.kind = frame_kind::chunk,
                             .asks = true,
                             .length = 0x0201,
                             .sequence = 7,
                             .position = 0x0100,
                             .payload_checksum = 9});
  const auto at = [&](std::size_t i) { return std::to_integer<int>(bytes[i]); };
  BOOST_TEST(at(0) == 0xec);
  BOOST_TEST(at(1) == 1);
  BOOST_TEST(at(2) == 7);
  BOOST_TEST(at(3) == 1);
  BOOST_TEST(at(4) == 1);
  BOOST_TEST(at(5) == 2);
  BOOST_TEST(at(8) == 7);
  BOOST_TEST(at(17) == 1);
  BOOST_TEST(at(24) == 9);
}

RC_BOOST_PROP(every_header_comes_back, (std::uint64_t seed)) {
  random_stream random{seed, "headers"};
  const frame_header header = drawn_header(random);
  const auto read = decode_header(encode(header));
  RC_ASSERT(read.has_value());
  RC_ASSERT((*read == header));
}

RC_BOOST_PROP(no_changed_bit_goes_unnoticed, (std::uint64_t seed)) {
  random_stream random{seed, "flips"};
  const auto bytes = encode(drawn_header(random));
  for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    auto changed = bytes;
    changed[bit / 8] ^= static_cast<std::byte>(1 << (bit % 8));
    const auto read = decode_header(changed);
    RC_ASSERT(!read.has_value());
    RC_ASSERT(read.error().code == errc::unreachable);
  }
}

BOOST_AUTO_TEST_CASE(what_is_whole_and_makes_no_sense_is_told_from_damage) {
  auto damaged = encode({.kind = frame_kind::message, .length = 5});
  damaged[1] = std::byte{9};
  BOOST_TEST((decode_header(damaged).error().code == errc::unreachable));
  const auto unknown = decode_header(encode({.kind = static_cast<frame_kind>(77)}));
  BOOST_TEST((unknown.error().code == errc::bad_input));
  BOOST_TEST(unknown.error().detail == "a frame of unknown kind 77 with flags 0");
  const auto long_one = decode_header(encode({.kind = frame_kind::message, .length = 65'537}));
  BOOST_TEST((long_one.error().code == errc::bad_input));
  BOOST_TEST(long_one.error().detail == "a frame \"message\" of 65537 bytes; the most is 65536");
  BOOST_TEST(!decode_header(encode({.kind = frame_kind::ping, .length = 1})).has_value());
}

BOOST_AUTO_TEST_CASE(other_protocols_are_recognised) {
  const auto detail = [](std::string first) {
    first.resize(frame_header_bytes);
    header_bytes bytes;
    std::ranges::copy(std::as_bytes(std::span{first}), bytes.begin());
    return decode_header(bytes).error().detail;
  };
  BOOST_TEST(detail("GET / HTTP/1.1") ==
             "what came is no frame (it begins with byte 71); it looks like HTTP");
  BOOST_TEST(detail("\x16\x03\x01") ==
             "what came is no frame (it begins with byte 22); it looks like TLS");
}

RC_BOOST_PROP(random_bytes_are_refused, (std::uint64_t seed)) {
  keeper kept;
  frame_assembler frames{kept};
  const auto bytes = pattern(4096, seed);
  RC_ASSERT(!feed(frames, bytes, 4096).has_value());
  RC_ASSERT(kept.frames.empty());
}

RC_BOOST_PROP(frames_come_out_however_their_bytes_are_cut, (std::uint64_t seed)) {
  random_stream random{seed, "cuts"};
  std::vector<std::byte> bytes;
  std::vector<std::vector<std::byte>> payloads;
  for (int i = 0; i < 10; ++i) {
    frame_header header = drawn_header(random);
    header.length %= 3000;
    header.length = std::min<std::uint32_t>(
        header.length, static_cast<std::uint32_t>(payload_bytes_max(header.kind)));
    payloads.push_back(pattern(header.length, random()));
    header.payload_checksum = checksum(payloads.back());
    const auto head = encode(header);
    bytes.insert(bytes.end(), head.begin(), head.end());
    bytes.insert(bytes.end(), payloads.back().begin(), payloads.back().end());
  }
  for (const std::size_t piece : {std::size_t{1}, std::size_t{33}, bytes.size()}) {
    keeper kept;
    frame_assembler frames{kept};
    RC_ASSERT(feed(frames, bytes, piece).has_value());
    RC_ASSERT((kept.payloads == payloads));
  }
}

BOOST_AUTO_TEST_CASE(a_damaged_payload_is_noticed_and_an_unwanted_chunk_is_thrown_away) {
  const auto payload = pattern(40'000, 1);
  const auto head = encode({.kind = frame_kind::message, .length = 40'000, .payload_checksum = 1});
  keeper kept;
  frame_assembler damaged{kept};
  BOOST_REQUIRE(feed(damaged, head, 32).has_value());
  BOOST_TEST(!feed(damaged, payload, 40'000).has_value());

  kept.wanted = false;
  frame_assembler frames{kept};
  BOOST_REQUIRE(feed(frames, encode({.kind = frame_kind::chunk, .length = 40'000}), 32));
  BOOST_REQUIRE(feed(frames, payload, 40'000));
  BOOST_REQUIRE(kept.frames.size() == 1);
  BOOST_TEST(kept.payloads.front().empty());
}

RC_BOOST_PROP(greetings_come_back_whole_or_not_at_all, (std::uint64_t seed)) {
  random_stream random{seed, "greetings"};
  const auto name = [&] {
    return std::string(static_cast<std::size_t>(1 + random.below(255)), 'n');
  };
  const hello asks{name(),
                   name(),
                   random(),
                   random(),
                   random() | 1,
                   random(),
                   static_cast<std::uint32_t>(random()),
                   {random(), random()}};
  const welcome answers{name(), random(), random(), 3, {random(), random()}};
  const refusal refuses{refusal_kind::busy, random(), 4, name(), "later"};
  RC_ASSERT((decode_hello(encode(asks)) == asks));
  RC_ASSERT((decode_welcome(encode(answers)) == answers));
  RC_ASSERT((decode_refusal(encode(refuses)) == refuses));
  RC_ASSERT(encode(asks).size() <= greeting_bytes_max);
  auto bytes = encode(asks);
  for (const std::size_t size : {bytes.size() - 1, bytes.size() / 2, std::size_t{0}})
    RC_ASSERT(!decode_hello(std::span{bytes}.first(size)).has_value());
  bytes.push_back(std::byte{});
  RC_ASSERT(!decode_hello(bytes).has_value());
  RC_ASSERT(!decode_hello(pattern(200, seed)).has_value());
}

BOOST_AUTO_TEST_CASE(names_are_short_and_printable) {
  BOOST_TEST(legal_name("worker-3"));
  BOOST_TEST(!legal_name(""));
  BOOST_TEST(!legal_name("two\nlines"));
  BOOST_TEST(!legal_name(std::string(256, 'n')));
  BOOST_TEST(printable("a\x1b[0mb\n") == "a?[0mb?");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace echelon::net
