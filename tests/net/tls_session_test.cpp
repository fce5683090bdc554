#include "net/transports/tls_session.hpp"

#include <algorithm>
#include <cstring>

#include <boost/test/unit_test.hpp>

#include "tests/support/identities.hpp"
#include "tests/support/streams.hpp"

// TLS from memory to memory: no socket, and so every byte on the way can be chosen.
namespace echelon {
namespace {

using tests::pattern;
using bytes = std::vector<std::byte>;

bytes output_of(net::tls_session& session) {
  bytes out;
  session.swap_output(out);
  return out;
}

/// In pieces of at most `slice`, opening whatever there is after each.
result<void> feed(net::tls_session& to, std::span<const std::byte> what, std::size_t slice,
                  bytes& opened) {
  bytes room(100'000);
  while (!what.empty()) {
    const auto space = to.input_space();
    const std::size_t count = std::min({what.size(), slice, space.size()});
    std::copy_n(what.begin(), count, space.begin());
    to.received(count);
    what = what.subspan(count);
    for (std::size_t got = 1; got > 0;) {
      const auto some = to.open_some(room);
      if (!some)
        return std::unexpected(some.error());
      got = *some;
      opened.insert(opened.end(), room.begin(), room.begin() + static_cast<std::ptrdiff_t>(got));
    }
  }
  return {};
}

/// Gives it to a session that still shakes hands.
result<bool> greet(net::tls_session& to, std::span<const std::byte> what) {
  for (;;) {
    auto done = to.shake_hands();
    if (!done || *done || what.empty())
      return done;
    const auto space = to.input_space();
    const std::size_t count = std::min(what.size(), space.size());
    std::copy_n(what.begin(), count, space.begin());
    to.received(count);
    what = what.subspan(count);
  }
}

struct two_sessions {
  explicit two_sessions(std::uint64_t records_per_key = net::tls_session::records_per_key_max)
      : near{credentials("near"), net::tls_session::side::dialler, records_per_key},
        far{credentials("far"), net::tls_session::side::listener, records_per_key} {}

  net::tls_credentials credentials(const std::string& name) {
    return net::tls_credentials::make(keys.identity(name)).value();
  }
  void shake_hands() {
    BOOST_REQUIRE(!greet(near, {}).value());
    BOOST_REQUIRE(!greet(far, output_of(near)).value());
    BOOST_REQUIRE(greet(near, output_of(far)).value());
    BOOST_REQUIRE(greet(far, output_of(near)).value());
  }

  tests::cluster_keys keys;
  net::tls_session near, far;
};

BOOST_AUTO_TEST_SUITE(tls_session)

BOOST_AUTO_TEST_CASE(whatever_the_slices_all_bytes_arrive_in_order) {
  two_sessions both;
  both.shake_hands();
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    random_stream random{seed, "slices"};
    const bytes plain = pattern(static_cast<std::size_t>(random.below(100'000)), seed);
    bytes got;
    BOOST_REQUIRE(both.near.seal(asio::buffer(plain)).has_value());
    const auto slice = static_cast<std::size_t>(1 + random.below(40'000));
    BOOST_TEST(feed(both.far, output_of(both.near), slice, got).has_value());
    BOOST_TEST((got == plain), "seed " << seed);
  }
}

BOOST_AUTO_TEST_CASE(keys_are_replaced_and_nobody_notices) {
  two_sessions both{3};
  both.shake_hands();
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const bytes plain = pattern(100, seed);
    bytes got;
    BOOST_REQUIRE(both.near.seal(asio::buffer(plain)).has_value());
    const bytes sealed = output_of(both.near);
    // The record, and each third time one that announces the new key.
    BOOST_TEST((sealed.size() > 100 + 22) == (seed % 3 == 2), "seed " << seed);
    BOOST_TEST(feed(both.far, sealed, 7, got).has_value());
    BOOST_TEST((got == plain));
    BOOST_REQUIRE(both.far.seal(asio::buffer(plain)).has_value());
    got.clear();
    BOOST_TEST(feed(both.near, output_of(both.far), 7, got).has_value());
    BOOST_TEST((got == plain));
  }
}

BOOST_AUTO_TEST_CASE(any_changed_byte_is_noticed_before_it_is_given_out) {
  const bytes plain = pattern(200, 1);
  for (std::size_t offset = 0; offset < plain.size() + 22; ++offset) {
    two_sessions both;
    both.shake_hands();
    BOOST_REQUIRE(both.near.seal(asio::buffer(plain)).has_value());
    bytes sealed = output_of(both.near);
    BOOST_REQUIRE_EQUAL(sealed.size(), plain.size() + 22);
    sealed[offset] ^= std::byte{0x10};
    bytes got;
    const auto fed = feed(both.far, sealed, sealed.size(), got);
    // A longer length waits for what is missing.
    const bool waits = fed.has_value() && offset >= 3 && offset < 5;
    BOOST_TEST((!fed.has_value() || waits), "offset " << offset);
    BOOST_TEST(got.empty());
  }
}

BOOST_AUTO_TEST_CASE(what_came_before_a_changed_record_is_given_out) {
  two_sessions both;
  both.shake_hands();
  const bytes plain = pattern(50, 1);
  BOOST_REQUIRE(both.near.seal(asio::buffer(plain)).has_value());
  BOOST_REQUIRE(both.near.seal(asio::buffer(plain)).has_value());
  bytes sealed = output_of(both.near), got;
  sealed.back() ^= std::byte{1};
  const auto fed = feed(both.far, sealed, sealed.size(), got);
  BOOST_TEST((got == plain));
  BOOST_REQUIRE(!fed.has_value());
  BOOST_TEST(fed.error().detail == "what the peer sent was changed on the way");
}

BOOST_AUTO_TEST_CASE(a_stranger_gets_little_memory_whatever_it_says) {
  two_sessions both;
  greet(both.near, {}).value();
  const bytes hello = output_of(both.near);
  const net::tls_credentials listener = both.credentials("far");
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    random_stream random{seed, "hellos"};
    bytes changed = hello;
    for (index flips = 1 + random.below(4); flips > 0; --flips)
      changed[static_cast<std::size_t>(random.below(std::ssize(changed)))] = static_cast<std::byte>(
          random());
    changed.resize(static_cast<std::size_t>(1 + random.below(std::ssize(changed))));
    net::tls_session session{listener, net::tls_session::side::listener};
    const auto done = greet(session, changed);
    BOOST_TEST((!done.has_value() || !*done), "seed " << seed);
    BOOST_TEST(session.peer().empty());
    BOOST_TEST(session.output_bytes() < 4096U);
    if (done)
      BOOST_TEST(session.input_space().size() == net::tls_session::first_input_bytes);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace echelon
