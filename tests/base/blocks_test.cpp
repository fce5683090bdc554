#include <cstdint>

#include <boost/test/unit_test.hpp>

#include "algorithms/base/blob.hpp"
#include "algorithms/base/block.hpp"
#include "algorithms/base/hash.hpp"

namespace echelon {

BOOST_AUTO_TEST_SUITE(blocks)

BOOST_AUTO_TEST_CASE(memory_is_zeroed_and_aligned_to_cache_lines) {
  for (const precision kind : {precision::single, precision::double_})
    for (const index count : {0, 1, 7, 100'000}) {
      block_builder builder{count, kind};
      BOOST_TEST(builder.size() == count);
      BOOST_TEST(builder.bytes().size() == static_cast<std::size_t>(count) * bytes_of(kind));
      BOOST_TEST(reinterpret_cast<std::uintptr_t>(builder.bytes().data()) % 64 == 0u);
      for (const std::byte byte : builder.bytes())
        BOOST_REQUIRE(byte == std::byte{0});
    }
}

BOOST_AUTO_TEST_CASE(a_frozen_block_shares_its_memory_and_knows_its_hash) {
  block_builder builder{3, precision::single};
  builder.as<float>()[1] = 2.5F;
  const void* memory = builder.bytes().data();
  const block frozen = block::freeze(std::move(builder));
  const block copy = frozen;
  BOOST_TEST(copy.bytes().data() == memory);
  BOOST_TEST(copy.as<float>()[1] == 2.5F);
  BOOST_TEST(copy.hash() == hash_bytes(frozen.bytes()));
  BOOST_TEST(copy.size() == 3);
  BOOST_TEST((copy.kind() == precision::single));
}

BOOST_AUTO_TEST_CASE(an_adopted_block_is_the_memory_it_was_given) {
  block_builder builder{4, precision::double_};
  builder.as<double>()[3] = -0.5;
  const block sent = block::freeze(std::move(builder));
  const block arrived = block::adopt(sent.memory(), sent.size(), sent.kind(), sent.hash());
  BOOST_TEST(arrived.bytes().data() == sent.bytes().data());
  BOOST_TEST(arrived.as<double>()[3] == -0.5);
  BOOST_TEST(arrived.hash() == sent.hash());
}

BOOST_AUTO_TEST_CASE(a_blob_shares_its_bytes_and_knows_their_hash) {
  const std::string text(1000, 'x');
  const blob frozen = blob::copy(std::as_bytes(std::span{text}));
  const blob same = frozen;
  BOOST_TEST(same.bytes().data() == frozen.bytes().data());
  BOOST_TEST(same.text() == text);
  BOOST_TEST(same.hash() == hash_bytes(frozen.bytes()));
  const blob arrived = blob::adopt(frozen.memory(), frozen.size(), frozen.hash());
  BOOST_TEST(arrived.bytes().data() == frozen.bytes().data());
  BOOST_TEST(blob{}.text().empty());
}

BOOST_AUTO_TEST_CASE(an_empty_block_is_empty) {
  const block nothing;
  BOOST_TEST(nothing.empty());
  BOOST_TEST(nothing.bytes().empty());
  BOOST_TEST(nothing.as<float>().empty());
}

BOOST_AUTO_TEST_CASE(with_scalar_chooses_the_number_type) {
  const auto size = [](precision kind) {
    return with_scalar(kind, []<class Scalar>(Scalar) { return sizeof(Scalar); });
  };
  BOOST_TEST(size(precision::single) == 4u);
  BOOST_TEST(size(precision::double_) == 8u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon
