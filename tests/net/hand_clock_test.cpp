#include "net/hand_clock.hpp"

#include <algorithm>
#include <numeric>

#include <asio/experimental/awaitable_operators.hpp>
#include <boost/test/unit_test.hpp>

#include "algorithms/base/random.hpp"
#include "tests/support/hand_world.hpp"

namespace echelon {
namespace {

using namespace std::chrono_literals;
using asio::experimental::awaitable_operators::operator||;
using tests::hand_world;

asio::awaitable<void> note_after(net::clock& time, nanoseconds due, int number,
                                 std::vector<int>& order) {
  co_await time.sleep_until(due);
  BOOST_TEST(time.now().count() >= due.count());
  order.push_back(number);
}

asio::awaitable<void> first_of(net::clock& time, nanoseconds one, nanoseconds other) {
  co_await (time.sleep_until(one) || time.sleep_until(other));
}

BOOST_FIXTURE_TEST_SUITE(hand_clock, hand_world)

BOOST_AUTO_TEST_CASE(sleepers_wake_in_order_of_moment_then_of_falling_asleep) {
  std::vector<int> order;
  start(note_after(time, 5s, 3, order));
  start(note_after(time, 1h, 5, order));
  start(note_after(time, 5s, 4, order));
  start(note_after(time, 1s, 2, order));
  start(note_after(time, 0s, 1, order));
  finish();

  BOOST_TEST(order == (std::vector{1, 2, 3, 4, 5}), boost::test_tools::per_element());
  BOOST_TEST((time.now() == 1h));
}

BOOST_AUTO_TEST_CASE(any_set_of_sleepers_wakes_as_a_stable_sort_would_order_it) {
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    hand_world world;
    random_stream random{seed, "sleepers"};
    std::vector<index> due(200);
    std::ranges::generate(due, [&] { return random.below(20); });
    std::vector<int> expected(due.size()), order;
    std::iota(expected.begin(), expected.end(), 0);
    std::ranges::stable_sort(expected, {}, [&](int i) { return due[static_cast<std::size_t>(i)]; });

    for (std::size_t i = 0; i < due.size(); ++i)
      world.start(note_after(world.time, nanoseconds{due[i]}, static_cast<int>(i), order));
    world.finish();

    BOOST_TEST_CONTEXT("seed " << seed)
    BOOST_TEST(order == expected, boost::test_tools::per_element());
  }
}

BOOST_AUTO_TEST_CASE(a_cancelled_sleeper_is_forgotten) {
  start(first_of(time, 1s, 1h));
  finish();

  BOOST_TEST((time.now() == 1s));
  BOOST_TEST(!time.next_due().has_value());
}

BOOST_AUTO_TEST_CASE(driving_stops_at_the_limit_and_before_what_lies_beyond) {
  std::vector<int> order;
  start(note_after(time, 1s, 1, order));
  start(note_after(time, 3s, 2, order));

  BOOST_TEST(!net::drive(
      loop, time, [] { return false; }, 2s));
  BOOST_TEST((time.now() == 1s));
  BOOST_TEST(order.size() == 1U);
  BOOST_TEST((time.next_due() == 3s));
  finish();
}

BOOST_AUTO_TEST_CASE(driving_ends_when_nothing_is_left_that_could_happen) {
  BOOST_TEST(!net::drive(loop, time, [] { return false; }));
}

BOOST_AUTO_TEST_CASE(the_clock_does_not_go_back) {
  time.advance_to(2s);
  time.advance_to(1s);
  BOOST_TEST((time.now() == 2s));
}

BOOST_AUTO_TEST_CASE(sleepers_may_be_destroyed_with_their_loop) {
  net::hand_clock outer;
  {
    asio::io_context inner;
    std::vector<int> order;
    asio::co_spawn(inner, note_after(outer, 1s, 1, order), [](std::exception_ptr) {});
    inner.poll();
    BOOST_TEST(outer.next_due().has_value());
  }
  BOOST_TEST(!outer.next_due().has_value());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace echelon
