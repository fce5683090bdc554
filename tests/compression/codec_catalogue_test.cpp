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
    if (random.uniform() < ratio)
      chosen.push_back(static_cast<std::uint32_t>(i));
  if (chosen.empty())
    chosen.push_back(static_cast<std::uint32_t>(random.below(length)));
  return chosen;
}

std::vector<std::byte> encoded(const index_codec& codec, const index_set& what) {
  std::vector<std::byte> bytes;
  codec.encode(what, bytes);
  return bytes;
}

void check_round_trip(const index_codec& codec, const index_set& what) {
  const auto bytes = encoded(codec, what);
  // Elias-Fano pads its two parts.
  const std::int64_t least = (codec.bits(what) + 7) / 8;
  BOOST_TEST((std::ssize(bytes) == least || std::ssize(bytes) == least + 1));
  numbers decoded(what.indices.size());
  const auto how = decode_indices(codec, bytes, what.length, decoded);
  BOOST_TEST(how.has_value(), codec.name() << " " << decoded.size() << " of " << what.length);
  BOOST_TEST(std::ranges::equal(decoded, what.indices));
}

/// A line of the specification's table 10.3: bits an index.
struct table_line {
  double ratio;
  std::map<std::string_view, double> bits;
};

const std::vector<table_line> table{
    {1e-4, {{"bitmap", 10000}, {"varint", 17.5}, {"elias-fano", 15.2}, {"rice", 14.7}}},
    {1e-3, {{"bitmap", 1000}, {"varint", 15}, {"elias-fano", 11.95}, {"rice", 11.5}}},
    {1e-2, {{"bitmap", 100}, {"varint", 10.2}, {"elias-fano", 8.56}, {"rice", 8.11}}},
    {5e-2, {{"bitmap", 20}, {"varint", 8}, {"elias-fano", 6.25}, {"rice", 5.78}}},
    {1e-1, {{"bitmap", 10}, {"varint", 8}, {"elias-fano", 5.25}, {"rice", 4.76}}},
    {0.25, {{"bitmap", 4}, {"varint", 8}, {"elias-fano", 4}, {"rice", 3.29}}}};

}  // namespace

BOOST_AUTO_TEST_SUITE(codec_catalogue)

BOOST_AUTO_TEST_CASE(elias_fano_writes_the_published_example) {
  const numbers indices{1, 4, 7, 18, 24, 26, 30, 31};
  const index_set what{indices, 32};
  BOOST_TEST(elias_fano_codec().bits(what) == 32);
  // Specification 9.1 F: low parts 1,0,3,2,0,2,2,3, steps 1011000100110110, the lowest bit first.
  const std::vector<std::byte> expected{std::byte{0xB1}, std::byte{0xE8}, std::byte{0x8D},
                                        std::byte{0x6C}};
  BOOST_TEST((encoded(elias_fano_codec(), what) == expected));
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

BOOST_AUTO_TEST_CASE(one_crowd_far_from_the_others_costs_bits_and_not_correctness) {
  numbers indices{0};
  for (std::uint32_t i = 0; i < 3000; ++i)
    indices.push_back(9'990'000 + 3 * i);
  for (const auto& [id, codec] : index_codecs())
    check_round_trip(*codec, {indices, 10'000'000});
}

BOOST_AUTO_TEST_CASE(bits_an_index_agree_with_the_specification_and_with_what_budgets_expect) {
  random_stream random{2, "codecs"};
  constexpr index length = 1'000'000;
  for (const auto& [ratio, expected] : table) {
    const auto chosen = sample_without_replacement(
        random, length, static_cast<index>(ratio * static_cast<double>(length) + 0.5));
    numbers indices(chosen.begin(), chosen.end());
    std::ranges::sort(indices);
    const index_set what{indices, length};
    const auto count = static_cast<double>(indices.size());
    for (const auto& [id, codec] : index_codecs()) {
      const double measured = static_cast<double>(codec->bits(what)) / count;
      if (expected.contains(codec->name()))
        BOOST_TEST(measured == expected.at(codec->name()), boost::test_tools::tolerance(0.02));
      BOOST_TEST(codec->expected_bits(std::ssize(indices), length) / count == measured,
                 boost::test_tools::tolerance(0.02));
    }
  }
}

BOOST_AUTO_TEST_CASE(auto_takes_the_smallest) {
  random_stream random{3, "codecs"};
  for (const double ratio : {1e-3, 0.1, 0.3, 0.9}) {
    const numbers indices = drawn(ratio, 20000, random);
    const index_set what{indices, 20000};
    const codec_choice best = choose_codec("auto", what);
    for (const auto& [id, codec] : index_codecs()) {
      BOOST_TEST(best.bits <= codec->bits(what));
      BOOST_TEST(choose_codec(codec->name(), what).entry.id == id);
    }
  }
  // Everything: a bit each is the least there is.
  const numbers every = drawn(1, 20000, random);
  BOOST_TEST(choose_codec("auto", {every, 20000}).entry.codec->name() == "bitmap");
}

BOOST_AUTO_TEST_CASE(a_budget_in_bits_buys_as_many_coordinates_as_fit) {
  for (const auto& name : index_codec_names())
    for (const index length : {1, 100, 50'000, 10'000'000})
      for (const double bits : {0.0, 30.0, 1e3, 1e5, 1e7, 1e12}) {
        const index count = largest_count(bits, length, wire_format::fp16, name);
        BOOST_REQUIRE((count >= 0 && count <= length));
        const auto cost = [&](index of, std::string_view codec) {
          double least = 1e300;
          for (const auto& entry : index_codecs())
            if (codec == "auto" || codec == entry.codec->name())
              least = std::min(least, entry.codec->expected_bits(of, length));
          return least + 16 * static_cast<double>(of);
        };
        if (count > 0)
          BOOST_TEST(cost(count, name) <= bits);
        if (count < length)
          BOOST_TEST(cost(count + 1, name) > bits);
      }
  // Specification 10.3: 28 bits a coordinate at 0.1 %, of which 16 are the value.
  const index count = largest_count(28 * 10'000, 10'000'000, wire_format::fp16, "elias-fano");
  BOOST_TEST(static_cast<double>(count) == 10'000, boost::test_tools::tolerance(0.01));
}

BOOST_AUTO_TEST_CASE(the_portable_loops_and_this_cpu_give_the_same_bits) {
  const bit_kernels& portable = portable_bit_kernels();
  const bit_kernels& here = bit_kernels_here();
  random_stream random{4, "codecs"};
  for (int width = 0; width < 32; ++width) {
    const auto count = slot(random.below(200) + 1);
    numbers given(count);
    for (std::uint32_t& number : given)
      number = static_cast<std::uint32_t>(random());
    std::ranges::sort(given);
    const std::size_t low_bytes = (count * slot(width) + 7) / 8;
    std::vector<std::byte> packed[2]{std::vector<std::byte>(4 * count + bit_kernels::bytes_slack),
                                     std::vector<std::byte>(4 * count + bit_kernels::bytes_slack)};
    portable.pack(given.data(), count, width, packed[0].data());
    here.pack(given.data(), count, width, packed[1].data());
    BOOST_TEST(std::equal(packed[0].begin(), packed[0].begin() + std::ptrdiff_t(low_bytes),
                          packed[1].begin()));
    const int shift = static_cast<int>(random.below(8));
    numbers joined[2]{given, given};
    portable.join(packed[0].data(), shift, width, 7, joined[0].data(), count);
    here.join(packed[0].data(), shift, width, 7, joined[1].data(), count);
    BOOST_TEST((joined[0] == joined[1]));
    BOOST_TEST(here.ascend(given.data(), count) == portable.ascend(given.data(), count));
    std::swap(given.front(), given.back());
    BOOST_TEST(here.ascend(given.data(), count) == portable.ascend(given.data(), count));
  }
  for (const double ratio : {0.01, 0.3, 0.9}) {
    std::vector<std::uint64_t> words(50);
    for (std::uint64_t& word : words)
      for (int bit = 0; bit < 64; ++bit)
        word |= std::uint64_t{random.uniform() < ratio} << bit;
    numbers found[2]{numbers(64 * 50 + bit_kernels::ones_slack),
                     numbers(64 * 50 + bit_kernels::ones_slack)};
    const std::size_t ones = portable.find_ones(words.data(), 50, 3, found[0].data());
    BOOST_TEST(here.find_ones(words.data(), 50, 3, found[1].data()) == ones);
    BOOST_TEST(
        std::equal(found[0].begin(), found[0].begin() + std::ptrdiff_t(ones), found[1].begin()));
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::compression
