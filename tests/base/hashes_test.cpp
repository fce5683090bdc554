#include <algorithm>
#include <string>
#include <string_view>

#include <boost/test/unit_test.hpp>

#include "algorithms/base/hash.hpp"

namespace echelon {

namespace {

std::uint64_t hash_of(std::string_view text, std::uint64_t seed = 0) {
  return hash_bytes(std::as_bytes(std::span{text}), seed);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(hashes)

BOOST_AUTO_TEST_CASE(hashes_are_those_of_xxh3) {
  BOOST_TEST(hash_text(hash_of("")) == "2d06800538d394c2");  // published test vector
  BOOST_TEST(hash_of("a") != hash_of("b"));
  BOOST_TEST(hash_of("a", 1) != hash_of("a", 2));
}

BOOST_AUTO_TEST_CASE(bytes_may_come_piece_by_piece) {
  std::string text(5000, 'x');
  for (std::size_t i = 0; i < text.size(); ++i)
    text[i] = static_cast<char>(i * i);
  const auto bytes = std::as_bytes(std::span{text});
  byte_hasher hasher;
  for (const std::size_t piece : {1U, 7U, 64U, 240U, 256U, 1000U, 4999U, 5000U}) {
    hasher.restart();
    for (std::size_t from = 0; from < bytes.size(); from += piece)
      hasher.add(bytes.subspan(from, std::min(piece, bytes.size() - from)));
    BOOST_TEST(hasher.value() == hash_of(text));
  }
  hasher.restart();
  BOOST_TEST(hasher.value() == hash_of(""));
}

BOOST_AUTO_TEST_CASE(combining_depends_on_order_and_on_every_word) {
  const auto both = [](std::uint64_t a, std::uint64_t b) {
    return hash_combine(hash_combine(0, a), b);
  };
  BOOST_TEST(both(1, 2) != both(2, 1));
  BOOST_TEST(both(0, 0) != hash_combine(0, 0));
  static_assert(hash_combine(1, 2) == hash_combine(1, 2));
}

BOOST_AUTO_TEST_CASE(text_has_sixteen_digits) {
  BOOST_TEST(hash_text(0) == "0000000000000000");
  BOOST_TEST(hash_text(0xabc) == "0000000000000abc");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon
