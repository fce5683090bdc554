#include <algorithm>
#include <map>

#include <boost/test/unit_test.hpp>

#include "algorithms/base/random.hpp"
#include "algorithms/compression/codecs/bit_kernels.hpp"
#include "algorithms/compression/codecs/elias_fano.hpp"
#include "algorithms/compression/codecs/index_codecs.hpp"

namespace echelon::compression {
namespace {

using numbers = std::vector<std::uint32_t>;

/// Every index with the same chance, at least one.
numbers drawn(double ratio, index length, random_stream& random) {
  numbers chosen;
  for (index i = 0; i < length; ++i)
    if (random.uniform(0, 1) < ratio)
      chosen.push_back(static_cast<std::uint32_t>(i));
  if (chosen.empty())
    chosen.push_back(0);
  return chosen;
}

std::vector<std::byte> encoded(const index_codec& codec, const index_set& what) {
  std::vector<std::byte> bytes;
  codec.encode(what, bytes);
  return bytes;
}

void check_round_trip(const index_codec& codec, const index_set& what) {
  const auto bytes = encoded(codec, what);
  BOOST_TEST(std::ssize(bytes) >= (codec.bits(what) + 7) / 8);
  BOOST_TEST(std::ssize(bytes) <= (codec.bits(what) + 7) / 8 + 1);
  numbers decoded(what.indices.size());
  const auto how = decode_indices(codec, bytes, what.length, decoded);
  BOOST_TEST(how.has_value(), codec.name() << " " << decoded.size() << " of " << what.length);
  BOOST_TEST(std::ranges::equal(decoded, what.indices));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(index_codec_catalogue)

BOOST_AUTO_TEST_CASE(elias_fano_writes_the_published_example) {
  const numbers indices{1, 4, 7, 18, 24, 26, 30, 31};
  const index_set what{indices, 32};
  BOOST_TEST(elias_fano_codec().bits(what) == 32);
  // Low parts 1,0,3,2,0,2,2,3 and steps 1011000100110110, both from the lowest bit.
  const auto bytes = encoded(elias_fano_codec(), what);
  const std::vector<std::byte> expected{std::byte{0xB1}, std::byte{0xE8}, std::byte{0x8D},
                                        std::byte{0x6C}};
  BOOST_TEST((bytes == expected));
}

BOOST_AUTO_TEST_CASE(every_codec_returns_what_it_was_given) {
  random_stream random{1, "codecs"};
  for (const index length : {1, 2, 63, 64, 65, 1000, 20000, 100000})
    for (const double ratio : {0.0, 1e-3, 0.05, 0.5, 0.97, 1.0}) {
      const numbers indices = drawn(ratio, length, random);
      for (const auto& [id, codec] : index_codecs())
        check_round_trip(*codec, {indices, length});
    }
}

BOOST_AUTO_TEST_CASE(indices_up_to_the_largest_survive) {
  const numbers indices{0, 5, 1U << 31, 4294967294U, 4294967295U};
  for (const auto& [id, codec] : index_codecs())
    if (codec->name() != "bitmap")
      for (std::size_t first = 0; first < indices.size(); ++first)
        check_round_trip(*codec, {std::span{indices}.subspan(first), indexed_length_max});
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::compression
