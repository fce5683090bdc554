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

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::compression
