#include <cmath>
#include <cstring>
#include <limits>

#include <boost/test/unit_test.hpp>

#include "actors/gathering.hpp"
#include "algorithms/base/random.hpp"
#include "algorithms/coding/plain_sum.hpp"
#include "algorithms/compression/payload_format.hpp"

namespace echelon::actors {
namespace {

constexpr index length = 40;

block random_values(std::uint64_t seed) {
  block_builder values{length, precision::single};
  random_stream random{seed, "packed-answers"};
  for (float& value : values.as<float>())
    value = static_cast<float>(random.normal());
  return block::freeze(std::move(values));
}

/// An answer of that sender as `compressor` packs it, in the values' format.
coded_gradient packed(std::int32_t sender, const std::string& compressor,
                      compression::wire_format values = compression::wire_format::full) {
  auto made = compression::packer::make(
      compression::compressors()
          .make(compressor, value_table{}, "compression", compression::packing{.values = values})
          .value(),
      compression::feedbacks().make("none", value_table{}, "compression.feedback").value(),
      {{.size = length, .rows = length, .columns = 1}});
  const packing pack{.packer = std::make_shared<const compression::packer>(made.value()),
                     .held = nullptr,
                     .wanted = {.coordinates = 7, .threshold = 0.5},
                     .means = true,
                     .seed = 1,
                     .who = {role::worker, sender},
                     .when = {1, 1},
                     .round = 1};
  const auto answer = pack.pack({random_values(static_cast<std::uint64_t>(sender)), 0.5, 2});
  return {.round = 1,
          .plan = 1,
          .sender = sender,
          .answer = answer.answer,
          .payload_bytes = static_cast<std::int64_t>(answer.answer.packed.size()),
          .how = answer.how,
          .note = {}};
}

gathering of_two() {
  return gathering{{.code = coding::plain_sum({true, true}),
                    .dimension = length,
                    .kind = precision::single,
                    .round = 1,
                    .plan = 1}};
}

std::vector<std::byte> bytes_of(const coded_gradient& what) {
  const auto bytes = what.answer.packed.bytes();
  return {bytes.begin(), bytes.end()};
}

/// Whether the round was lost over the answer; if it was not, what it decodes is finite.
bool is_refused(coded_gradient what) {
  auto round = of_two();
  BOOST_REQUIRE((round.add(packed(1, "top-k")) == gathering::verdict::waiting));
  if (round.add(std::move(what)) == gathering::verdict::hopeless)
    return true;
  const auto decoded = round.decode();
  if (decoded)
    for (const float value : decoded->values.as<float>())
      BOOST_TEST(std::isfinite(value));
  return false;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(packed_answers)

BOOST_AUTO_TEST_CASE(honest_ones_of_every_compressor_are_used) {
  for (const std::string& compressor : compression::compressors().names())
    BOOST_TEST(!is_refused(packed(0, compressor)), compressor);
}

BOOST_AUTO_TEST_CASE(no_truncation_and_no_byte_too_many_is_used) {
  for (const std::string& compressor : compression::compressors().names()) {
    const coded_gradient honest = packed(0, compressor);
    auto bytes = bytes_of(honest);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      coded_gradient cut = honest;
      cut.answer.packed = blob::copy(std::span{bytes}.first(size));
      BOOST_TEST(is_refused(cut), compressor << " cut to " << size);
    }
    bytes.push_back(std::byte{0});
    coded_gradient longer = honest;
    longer.answer.packed = blob::copy(bytes);
    BOOST_TEST(is_refused(longer), compressor);
  }
}

BOOST_AUTO_TEST_CASE(mutated_ones_cost_their_sender_at_most) {
  random_stream random{4, "mutations"};
  for (const std::string& compressor : compression::compressors().names())
    for (int round = 0; round < 300; ++round) {
      coded_gradient what = packed(0, compressor, compression::wire_format::fp16);
      auto bytes = bytes_of(what);
      for (index change = 1 + random.below(3); change > 0; --change)
        bytes[slot(random.below(std::ssize(bytes)))] = static_cast<std::byte>(random.below(256));
      what.answer.packed = blob::copy(bytes);
      is_refused(std::move(what));
    }
}

BOOST_AUTO_TEST_CASE(values_that_are_not_finite_are_refused) {
  coded_gradient what = packed(0, "none");
  auto bytes = bytes_of(what);
  const float wrong = std::numeric_limits<float>::quiet_NaN();
  std::memcpy(&bytes[bytes.size() - sizeof wrong], &wrong, sizeof wrong);
  what.answer.packed = blob::copy(bytes);
  BOOST_TEST(is_refused(what));
  what = packed(0, "top-k");
  what.answer.scale = std::numeric_limits<double>::infinity();
  BOOST_TEST(is_refused(what));
}

BOOST_AUTO_TEST_CASE(both_forms_at_once_are_refused) {
  coded_gradient what = packed(0, "top-k");
  what.answer.values = random_values(3);
  BOOST_TEST(is_refused(what));
}

/// Budgets and certificates are kept by what messages say of themselves.
BOOST_AUTO_TEST_CASE(what_a_message_says_of_itself_must_be_credible) {
  const coded_gradient honest = packed(0, "top-k");
  BOOST_TEST(!is_refused(honest));
  const double nan = std::nan(""), infinity = std::numeric_limits<double>::infinity();
  for (const double wrong : {nan, infinity, -1.0}) {
    for (double squeeze::*field : {&squeeze::norm, &squeeze::input_square, &squeeze::lost_square}) {
      coded_gradient what = honest;
      what.how.*field = wrong;
      BOOST_TEST(is_refused(what));
    }
  }
  for (const std::int64_t wrong : {std::int64_t{-1}, std::numeric_limits<std::int64_t>::max()}) {
    coded_gradient what = honest;
    what.how.payload_bits = wrong;
    BOOST_TEST(is_refused(what));
    what = honest;
    what.how.coordinates = wrong;
    BOOST_TEST(is_refused(what));
  }
}

BOOST_AUTO_TEST_CASE(an_answer_that_cannot_be_packed_is_refused) {
  const packing pack{.packer = nullptr, .held = nullptr, .wanted = {}, .who = {}, .when = {}};
  BOOST_TEST(pack.pack({random_values(1), 0.5, 2}).answer.packed.empty());
  block_builder values{length, precision::single};
  values.as<float>()[5] = std::numeric_limits<float>::infinity();
  coded_gradient what = packed(0, "top-k");
  auto made = compression::packer::make(
      compression::compressors()
          .make("top-k", value_table{}, "compression", compression::packing{})
          .value(),
      compression::feedbacks().make("ef14", value_table{}, "compression.feedback").value(),
      {{.size = length, .rows = length, .columns = 1}});
  auto packs = pack;
  packs.packer = std::make_shared<const compression::packer>(made.value());
  packs.wanted = {.coordinates = 3};
  what.answer = packs.pack({block::freeze(std::move(values)), 0.5, 2}).answer;
  BOOST_TEST(is_refused(what));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::actors
