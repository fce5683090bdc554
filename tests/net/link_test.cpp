#include <boost/test/unit_test.hpp>

#include "tests/support/hub_world.hpp"

namespace echelon {
namespace {

using namespace std::chrono_literals;
using tests::linked_world;
using tests::make_body;
using tests::pattern;
using tests::text;

BOOST_FIXTURE_TEST_SUITE(link, linked_world)

BOOST_AUTO_TEST_CASE(both_ends_know_each_other) {
  meet();
  BOOST_TEST(out->peer() == "far");
  BOOST_TEST(back->peer() == "near");
  BOOST_TEST(out->incarnation() == 1);
  BOOST_TEST(out->remote() == "far");
  BOOST_TEST(back->remote() == "near");
  BOOST_TEST((out->state() == net::health::good));
}

BOOST_AUTO_TEST_CASE(messages_arrive_in_order_in_both_directions) {
  meet();
  for (int i = 0; i < 1000; ++i) {
    BOOST_REQUIRE(out->send(text(std::to_string(i))).has_value());
    BOOST_REQUIRE(back->send(text(std::to_string(-i))).has_value());
  }
  settle([&] { return far->inbox.control.size() == 1000 && near->inbox.control.size() == 1000; });
  BOOST_REQUIRE(far->inbox.control.size() == 1000);
  for (int i = 0; i < 1000; ++i) {
    BOOST_TEST(far->inbox.control[static_cast<std::size_t>(i)].head == std::to_string(i));
    BOOST_TEST(near->inbox.control[static_cast<std::size_t>(i)].head == std::to_string(-i));
  }
}

BOOST_AUTO_TEST_CASE(bodies_arrive_whole) {
  meet();
  const auto large = pattern(3'000'001, 1);
  const auto small = pattern(5, 2);
  net::message what = text("weights");
  what.bodies = {make_body(large), make_body({}), make_body(small)};
  BOOST_REQUIRE(out->send(what).has_value());
  settle([&] { return !far->inbox.bulk.empty(); });
  BOOST_REQUIRE(far->inbox.bulk.size() == 1);
  const auto& got = far->inbox.bulk.front();
  BOOST_TEST(got.head == "weights");
  BOOST_REQUIRE(got.bodies.size() == 3);
  BOOST_TEST(
      (std::ranges::equal(std::span{got.bodies[0].memory.get(), got.bodies[0].size}, large)));
  BOOST_TEST(got.bodies[1].size == 0);
  BOOST_TEST(
      (std::ranges::equal(std::span{got.bodies[2].memory.get(), got.bodies[2].size}, small)));
  pass(10s);
  BOOST_TEST(out->counts().bytes_pending == 0);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace echelon
