#include "net/address.hpp"

#include <boost/test/unit_test.hpp>

#include "algorithms/base/random.hpp"

namespace echelon {
namespace {

using net::parse_address;

BOOST_AUTO_TEST_SUITE(address)

BOOST_AUTO_TEST_CASE(hosts_and_ports_are_read_and_written_alike) {
  for (const std::string text : {"localhost:1", "node-7.example.org:65535", "192.0.2.7:0",
                                 "[::1]:4000", "[fe80::1%eth0]:9", "edge_1:80"}) {
    const auto read = parse_address(text);
    BOOST_REQUIRE_MESSAGE(read.has_value(), text);
    BOOST_TEST(to_string(*read) == text);
  }
  BOOST_TEST((parse_address("[::1]:4000") == net::address{"::1", 4000}));
}

BOOST_AUTO_TEST_CASE(what_is_no_address_is_refused_with_what_would_be_right) {
  const std::pair<std::string, std::string> refusals[]{
      {"", "write HOST:PORT or [IPv6]:PORT"},
      {"localhost", "write HOST:PORT or [IPv6]:PORT"},
      {"[::1]", "write HOST:PORT or [IPv6]:PORT"},
      {"[::1", "write HOST:PORT or [IPv6]:PORT"},
      {"[::1]4000", "write HOST:PORT or [IPv6]:PORT"},
      {":4000", "127.0.0.1:4000 is this machine alone"},
      {"[]:4000", "127.0.0.1:4000 is this machine alone"},
      {"::1:4000", "write an IPv6 address as [::1]:4000"},
      {"localhost:", "no port between 0 and 65535"},
      {"localhost:65536", "no port between 0 and 65535"},
      {"localhost:-1", "no port between 0 and 65535"},
      {"localhost:80x", "no port between 0 and 65535"},
      {"http//host:80", "no host has such a name"},
      {"my host:80", "no host has such a name"},
      {fmt::format("{:a>254}:80", ""), "no host has such a name"},
  };
  for (const auto& [text, reason] : refusals) {
    const auto read = parse_address(text);
    BOOST_TEST_CONTEXT(text) {
      BOOST_REQUIRE(!read.has_value());
      BOOST_TEST((read.error().code == errc::bad_input));
      BOOST_TEST(read.error().detail.find(reason) != std::string::npos, read.error().detail);
      BOOST_TEST(read.error().detail.size() < 1500U);
    }
  }
}

BOOST_AUTO_TEST_CASE(any_text_is_read_back_or_refused) {
  constexpr std::string_view letters = "a1:[]%. -/\n";
  for (std::uint64_t seed = 0; seed < 5000; ++seed) {
    random_stream random{seed, "addresses"};
    std::string text(static_cast<std::size_t>(random.below(12)), ' ');
    for (char& c : text)
      c = letters[static_cast<std::size_t>(random.below(std::ssize(letters)))];
    if (const auto read = parse_address(text))
      BOOST_TEST((parse_address(to_string(*read)) == *read), text);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace echelon
