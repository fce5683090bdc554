#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <boost/test/unit_test.hpp>

#include "algorithms/base/random.hpp"
#include "tests/fuzz/targets.hpp"

namespace echelon::fuzz {
namespace {

namespace fs = std::filesystem;
using input = std::vector<std::byte>;

input read(const fs::path& file) {
  std::ifstream in{file, std::ios::binary};
  const std::string text{std::istreambuf_iterator<char>{in}, {}};
  const auto view = std::as_bytes(std::span{text});
  return {view.begin(), view.end()};
}

/// What once broke a target, and what lies beside the way to each part of it.
std::vector<input> corpus_of(const target& which) {
  const char* source = std::getenv("ECHELON_SOURCE");
  BOOST_REQUIRE_MESSAGE(source != nullptr, "ECHELON_SOURCE must be the root of the tree");
  std::vector<fs::path> files;
  for (const auto& entry :
       fs::directory_iterator{fs::path{source} / "tests/fuzz/corpus" / which.name})
    files.push_back(entry.path());
  std::ranges::sort(files);
  std::vector<input> all;
  std::ranges::transform(files, std::back_inserter(all), read);
  return all;
}

/// A few bytes changed, cut out or doubled.
input mutated(input from, random_stream& random) {
  for (index change = 1 + random.below(4); change > 0 && !from.empty(); --change) {
    const auto at = from.begin() + random.below(std::ssize(from));
    const auto end = at + std::min<index>(1 + random.below(8), from.end() - at);
    if (random.bernoulli(0.6)) {
      *at ^= static_cast<std::byte>(1 + random.below(255));
    } else if (random.bernoulli(0.5)) {
      from.erase(at, end);
    } else {
      const input again{at, end};
      from.insert(at, again.begin(), again.end());
    }
  }
  return from;
}

BOOST_AUTO_TEST_SUITE(corpora)

BOOST_AUTO_TEST_CASE(every_target_has_one) {
  for (const target& each : targets())
    BOOST_TEST(!corpus_of(each).empty(), each.name << " has no corpus");
}

BOOST_AUTO_TEST_CASE(no_input_breaks_its_target_again) {
  for (const target& each : targets())
    for (const input& whole : corpus_of(each))
      each.feed(whole);
}

BOOST_AUTO_TEST_CASE(nor_do_its_beginnings) {
  for (const target& each : targets())
    for (const input& whole : corpus_of(each))
      for (std::size_t i = 0; i < 10; ++i)
        each.feed(std::span{whole}.first(whole.size() * i / 10));
}

BOOST_AUTO_TEST_CASE(nor_does_what_is_like_it) {
  for (const target& each : targets()) {
    BOOST_TEST_CHECKPOINT(each.name);
    random_stream random{1, each.name};
    for (const input& whole : corpus_of(each))
      for (int i = 0; i < 30; ++i)
        each.feed(mutated(whole, random));
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace echelon::fuzz
