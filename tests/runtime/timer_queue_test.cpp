#include "actors/runtime/timer_queue.hpp"

#include <map>

#include <boost/test/unit_test.hpp>
#include <caf/all.hpp>

#include "algorithms/base/random.hpp"

using namespace echelon;
using runtime::timer_id;

namespace {

runtime::delivery message(int number) {
  return {nullptr, caf::make_mailbox_element(nullptr, caf::make_message_id(), {}, number)};
}

int number_of(const runtime::delivery& what) { return what.content->content().get_as<int>(0); }

}  // namespace

BOOST_AUTO_TEST_SUITE(timer_queue)

BOOST_AUTO_TEST_CASE(timers_come_by_due_time_then_tie_then_order_of_scheduling) {
  runtime::timer_queue timers;
  timers.schedule(nanoseconds{5}, message(3));
  timers.schedule(nanoseconds{1}, message(2), 9);
  timers.schedule(nanoseconds{1}, message(1), 4);
  timers.schedule(nanoseconds{5}, message(4));

  for (const int expected : {1, 2, 3, 4})
    BOOST_TEST(number_of(timers.take()) == expected);
  BOOST_TEST(timers.empty());
}

BOOST_AUTO_TEST_CASE(a_timer_that_fired_or_was_cancelled_cannot_be_cancelled_again) {
  runtime::timer_queue timers;
  const timer_id first = timers.schedule(nanoseconds{1}, message(1));
  const timer_id second = timers.schedule(nanoseconds{2}, message(2));
  timers.take();

  BOOST_TEST(!timers.cancel(first));
  BOOST_TEST(timers.cancel(second));
  BOOST_TEST(!timers.cancel(second));
  BOOST_TEST(!timers.next_due().has_value());
  BOOST_TEST(!timers.cancel(timer_id{}));
}

BOOST_AUTO_TEST_CASE(any_mix_of_scheduling_taking_and_cancelling_agrees_with_an_ordered_map) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    random_stream random{seed, "timers"};
    runtime::timer_queue timers;
    std::map<std::pair<std::int64_t, int>, timer_id> model;
    for (int step = 0; step < 2000; ++step) {
      const double choice = random.uniform();
      if (choice < 0.5) {
        const auto due = static_cast<std::int64_t>(random.below(1000));
        model[{due, step}] = timers.schedule(nanoseconds{due}, message(step));
      } else if (!model.empty() && choice < 0.75) {
        BOOST_REQUIRE_EQUAL(timers.next_due()->count(), model.begin()->first.first);
        BOOST_REQUIRE_EQUAL(number_of(timers.take()), model.begin()->first.second);
        model.erase(model.begin());
      } else if (!model.empty()) {
        const auto victim = std::next(model.begin(),
                                      static_cast<std::ptrdiff_t>(random.below(std::ssize(model))));
        BOOST_REQUIRE(timers.cancel(victim->second));
        model.erase(victim);
      }
      BOOST_REQUIRE_EQUAL(timers.size(), model.size());
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
