#include <limits>
#include <string>

#include <boost/test/unit_test.hpp>

#include "algorithms/compression/dense_payload.hpp"
#include "algorithms/compression/message_writer.hpp"
#include "algorithms/compression/payload_format.hpp"
#include "algorithms/compression/sparse_payload.hpp"

namespace echelon::compression {
namespace {

using floats = std::vector<float>;

/// Two of five floats sparse, then three dense in half precision.
blob small_message() {
  message_writer writer;
  const std::vector<std::uint32_t> indices{1, 4};
  const floats values{2, -3};
  const floats dense{0.5F, 1, 1e9F};
  floats received(3);
  writer.add(payload_id::sparse, 5, [&](std::vector<std::byte>& to) {
    append_sparse(to, {indices, values, 5}, wire_format::full, "raw", std::span{received}.first(2));
  });
  writer.add(dense_kind(wire_format::fp16), 3, [&](std::vector<std::byte>& to) {
    append_values(to, dense, wire_format::fp16, received);
  });
  BOOST_TEST((received == floats{0.5F, 1, 65504}));
  return writer.finish();
}

using bytes = std::vector<std::byte>;

template <class... Numbers>
bytes bytes_of(Numbers... numbers) {
  return {static_cast<std::byte>(numbers)...};
}

/// A sparse segment with codec, format, count, and what follows.
bytes sparse(std::uint8_t codec, wire_format format, const bytes& count, const bytes& rest) {
  bytes made = bytes_of(codec, format);
  made.insert(made.end(), count.begin(), count.end());
  made.insert(made.end(), rest.begin(), rest.end());
  return made;
}

constexpr std::uint8_t raw_id = 1, packed_id = 2, bitmap_id = 3, varint_id = 4, elias_fano_id = 5,
                       rice_id = 6;
constexpr wire_format half = wire_format::fp16;
/// 2^60 as LEB128.
const bytes exabyte = bytes_of(0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10);

std::string refusal(const bytes& segment, index length) {
  const auto checked = check_sparse(segment, length);
  return checked ? "" : checked.error().detail;
}

std::string refusal_of_message(const bytes& message, index length) {
  const auto checked = payload_format().check(message, length);
  return checked ? "" : checked.error().detail;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(payload_formats)

BOOST_AUTO_TEST_CASE(segments_of_different_kinds_add_up_to_a_vector) {
  const blob message = small_message();
  BOOST_TEST(payload_format().check(message.bytes(), 8).has_value());
  floats sum(8, 1);
  payload_format().add(message.bytes(), 2, sum);
  BOOST_TEST((sum == floats{1, 5, 1, 1, -5, 2, 3, 131009}));
}

BOOST_AUTO_TEST_CASE(a_message_without_a_segment_stands_for_no_floats) {
  const blob message = message_writer{}.finish();
  BOOST_TEST(message.size() == 2U);
  BOOST_TEST(payload_format().check(message.bytes(), 0).has_value());
  BOOST_TEST(!payload_format().check(message.bytes(), 1).has_value());
}

BOOST_AUTO_TEST_CASE(a_message_that_is_cut_off_or_too_long_is_refused) {
  const blob message = small_message();
  for (std::size_t size = 0; size < message.size(); ++size)
    BOOST_TEST(!payload_format().check(message.bytes().first(size), 8).has_value());
  std::vector<std::byte> longer(message.bytes().begin(), message.bytes().end());
  longer.push_back({});
  BOOST_TEST(!payload_format().check(longer, 8).has_value());
  BOOST_TEST(!payload_format().check(message.bytes(), 7).has_value());
  BOOST_TEST(!payload_format().check(message.bytes(), 9).has_value());
}

BOOST_AUTO_TEST_CASE(indices_that_are_not_a_set_are_refused_and_a_set_passes) {
  // Of packed indices below 16, two of four bits; two values of 1.
  const auto two = [](int indices) {
    return sparse(packed_id, half, bytes_of(2), bytes_of(indices, 0, 0x3C, 0, 0x3C));
  };
  BOOST_TEST(refusal(two(0xF0), 16) == "");
  BOOST_TEST(refusal(two(0x0F), 16) != "");  // descending
  BOOST_TEST(refusal(two(0x77), 16) != "");  // twice the same
  BOOST_TEST(refusal(two(0xF0), 15) != "");  // out of range
  // The same of a bitmap that counts three, varints and Rice codes that leave the range.
  const auto others = [](std::uint8_t codec, const bytes& rest) {
    bytes made = rest;
    made.insert(made.end(), {std::byte{0}, std::byte{0x3C}});
    return refusal(sparse(codec, half, bytes_of(1), made), 16);
  };
  BOOST_TEST(others(raw_id, bytes_of(15, 0, 0, 0)) == "");
  BOOST_TEST(others(raw_id, bytes_of(16, 0, 0, 0)) != "");
  BOOST_TEST(others(bitmap_id, bytes_of(0, 0x80)) == "");
  BOOST_TEST(others(bitmap_id, bytes_of(1, 0x80)) != "");
  BOOST_TEST(others(bitmap_id, bytes_of(0, 0)) != "");
  BOOST_TEST(others(varint_id, bytes_of(15)) == "");
  BOOST_TEST(others(varint_id, bytes_of(16)) != "");
  BOOST_TEST(others(varint_id, exabyte) != "");
  BOOST_TEST(others(varint_id, bytes_of(0x8F, 0)) != "");  // 15, but not its shortest form
  BOOST_TEST(others(elias_fano_id, bytes_of(0x0F, 1)) == "");
  BOOST_TEST(others(elias_fano_id, bytes_of(0x0F, 0)) != "");
  BOOST_TEST(others(elias_fano_id, bytes_of(0x0F, 3)) != "");
  BOOST_TEST(others(rice_id, bytes_of(4, 0x1F)) == "");
  BOOST_TEST(others(rice_id, bytes_of(4, 0x3F)) != "");  // a bit in the padding
  BOOST_TEST(others(rice_id, bytes_of(32, 0x1F)) != "");
}

BOOST_AUTO_TEST_CASE(an_index_beyond_the_largest_does_not_come_round_to_a_small_one) {
  const auto one = [](int high) {
    return sparse(elias_fano_id, half, bytes_of(1), bytes_of(5, 0, 0, 0, high, 0, 0x3C));
  };
  BOOST_TEST(refusal(one(2), index{1} << 32) == "");  // 2^31 + 5
  BOOST_TEST(refusal(one(4), index{1} << 32) != "");  // 2^32 + 5
}

BOOST_AUTO_TEST_CASE(codecs_and_formats_that_do_not_exist_are_refused) {
  const bytes rest = bytes_of(3, 0, 0, 0, 0, 0x3C);
  BOOST_TEST(refusal(sparse(raw_id, half, bytes_of(1), rest), 8) == "");
  BOOST_TEST(refusal(sparse(0, half, bytes_of(1), rest), 8) != "");
  BOOST_TEST(refusal(sparse(7, half, bytes_of(1), rest), 8) != "");
  BOOST_TEST(refusal(sparse(raw_id, static_cast<wire_format>(3), bytes_of(1), rest), 8) != "");
}

BOOST_AUTO_TEST_CASE(values_that_are_not_finite_are_refused) {
  const auto one = [](wire_format format, const bytes& value) {
    bytes rest = bytes_of(3, 0, 0, 0);
    rest.insert(rest.end(), value.begin(), value.end());
    return refusal(sparse(raw_id, format, bytes_of(1), rest), 8);
  };
  BOOST_TEST(one(wire_format::full, bytes_of(0xFF, 0xFF, 0x7F, 0x7F)) == "");
  BOOST_TEST(one(wire_format::full, bytes_of(0, 0, 0x80, 0x7F)) == "a sparse value is not finite");
  BOOST_TEST(one(wire_format::full, bytes_of(1, 0, 0x80, 0xFF)) == "a sparse value is not finite");
  BOOST_TEST(one(wire_format::fp16, bytes_of(0xFF, 0xFB)) == "");
  BOOST_TEST(one(wire_format::fp16, bytes_of(0, 0xFC)) == "a sparse value is not finite");
  BOOST_TEST(one(wire_format::bf16, bytes_of(0x7F, 0xFF)) == "");
  BOOST_TEST(one(wire_format::bf16, bytes_of(0x80, 0x7F)) == "a sparse value is not finite");
}

BOOST_AUTO_TEST_CASE(what_a_message_promises_is_held_against_its_bytes) {
  for (const std::uint8_t codec : {raw_id, packed_id, bitmap_id, varint_id, elias_fano_id, rice_id})
    for (const index length : {index{8}, index{1} << 32, index{1} << 60})
      for (const bytes& count : {bytes_of(5), bytes_of(0xFF, 0xFF, 0xFF, 0x7F), exabyte})
        BOOST_TEST(refusal(sparse(codec, half, count, bytes_of(0, 0, 0, 0)), length) != "");
  bytes segments = bytes_of(payload_version);
  segments.insert(segments.end(), exabyte.begin(), exabyte.end());
  BOOST_TEST(refusal_of_message(segments, 8).starts_with("a message's number of segments is"));
  bytes size = bytes_of(payload_version, 1, payload_id::dense_fp16, 8);
  size.insert(size.end(), exabyte.begin(), exabyte.end());
  BOOST_TEST(refusal_of_message(size, 8) == "a segment of 1152921504606846976 bytes has 0");
}

BOOST_AUTO_TEST_CASE(versions_and_kinds_that_do_not_exist_are_refused) {
  BOOST_TEST(refusal_of_message(bytes_of(payload_version, 1, payload_id::dense_fp16, 1, 2, 0, 0x3C),
                                1) == "");
  BOOST_TEST(refusal_of_message(bytes_of(2, 1, payload_id::dense_fp16, 1, 2, 0, 0x3C), 1) ==
             "a message has version 2, not 1");
  BOOST_TEST(refusal_of_message(bytes_of(payload_version, 1, 99, 1, 2, 0, 0x3C), 1) ==
             "no kind of payload has the number 99");
}

BOOST_AUTO_TEST_CASE(an_empty_segment_takes_three_bytes_whatever_the_codec) {
  for (const char* codec : {"auto", "raw", "bitmap", "elias-fano"}) {
    bytes written;
    const auto size = append_sparse(written, {{}, {}, 1000}, wire_format::full, codec, {});
    BOOST_TEST(written.size() == 3U);
    BOOST_TEST(size.bits == 0);
    BOOST_TEST(refusal(written, 1000) == "");
    written.push_back({});
    BOOST_TEST(refusal(written, 1000) != "");
  }
}

BOOST_AUTO_TEST_CASE(values_beyond_the_range_of_a_format_become_its_largest_number) {
  constexpr float huge = std::numeric_limits<float>::max();
  const std::vector<std::uint32_t> indices{0, 1, 2};
  floats values{huge, -huge, 1.0F / 3};
  bytes written;
  append_sparse(written, {indices, values, 3}, wire_format::fp16, "auto", values);
  BOOST_TEST((values == floats{65504, -65504, 0.33325195F}));
  BOOST_TEST(refusal(written, 3) == "");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::compression
