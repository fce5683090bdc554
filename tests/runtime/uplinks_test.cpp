#include <boost/test/unit_test.hpp>
#include <caf/all.hpp>

#include "actors/runtime/asio_loop.hpp"
#include "actors/runtime/scheduler_module.hpp"
#include "actors/runtime/uplink.hpp"
#include "actors/runtime/virtual_loop.hpp"

namespace echelon::runtime {
namespace {

using namespace std::chrono_literals;

constexpr index senders = 3;

node_id worker(index number) { return {role::worker, static_cast<std::int32_t>(number)}; }

/// One second a slot, eight bits a chunk; worker i sends i + 1 bytes a slot.
transmission::uplink_plan plan_of(std::string_view policy, nanoseconds slot = 1s) {
  transmission::uplink_plan plan;
  plan.channels.rates_bps.clear();
  for (index i = 1; i <= senders; ++i)
    plan.channels.rates_bps.push_back(8.0 * static_cast<double>(i) / to_seconds(slot).count());
  plan.slot = slot;
  plan.chunk_bits = 8;
  plan.admission_most = 100;
  plan.policy = *transmission::uplink_policies().make(policy, value_table{}, "transmission",
                                                      transmission::uplink_context{3, 100, 10});
  return plan;
}

struct seen_message {
  std::int64_t after_ns = 0;
  int number = 0;
  bool operator==(const seen_message&) const = default;
};

std::ostream& operator<<(std::ostream& out, const seen_message& seen) {
  return out << seen.number << " at " << seen.after_ns;
}

/// An uplink on a loop with one actor at its end, which says what reached it and when.
struct stage {
  stage(event_loop& on, transmission::uplink_plan given)
      : loop(on), plan(std::move(given)), config(make_config(on)), system(*config),
        port(on, plan, {worker(0), worker(1), worker(2)},
             {[this](parked_message gone, nanoseconds when) {
                bytes += gone.message.facts.bytes;
                loop.schedule(when, std::move(gone.message.what));
              },
              [this](parked_message, std::int64_t sent) { dismissed.push_back(sent); }}) {
    actors.push_back(port.spawn(system, [](const std::string&) {}));
    actors.push_back(system.spawn(
        [](caf::event_based_actor*, stage* on_stage) {
          return caf::behavior{[on_stage](int number) {
            on_stage->seen.push_back({on_stage->loop.now().count(), number});
            if (std::ssize(on_stage->seen) == on_stage->wanted)
              on_stage->loop.stop();
          }};
        },
        this));
    loop.drain();
  }
  ~stage() {
    for (const auto& each : actors)
      caf::anon_send_exit(each, caf::exit_reason::kill);
    loop.drain();
  }

  caf::mailbox_element_ptr element(int number) const {
    return caf::make_mailbox_element(nullptr, caf::make_message_id(), {}, number);
  }
  caf::strong_actor_ptr listener() const {
    return caf::actor_cast<caf::strong_actor_ptr>(actors.back());
  }

  void run_until(nanoseconds when) {
    loop.schedule(when, {listener(), element(-1)});
    wanted = std::ssize(seen) + 1;
    BOOST_TEST(loop.run());
  }

  void park(index sender, index round, std::int64_t size) {
    const int number = static_cast<int>(10 * sender + round);
    port.park({worker(sender),
               {},
               {{.round = round, .bytes = size, .payload_bits = 8 * size, .bulk = true},
                {listener(), element(number)}},
               {}});
  }

  event_loop& loop;
  transmission::uplink_plan plan;
  std::unique_ptr<caf::actor_system_config> config;
  caf::actor_system system;
  uplink port;
  std::vector<caf::actor> actors;
  std::vector<seen_message> seen;
  std::vector<std::int64_t> dismissed;
  std::int64_t bytes = 0;
  index wanted = 1000;
};

constexpr std::int64_t second = 1'000'000'000;

}  // namespace

BOOST_AUTO_TEST_SUITE(uplinks)

BOOST_AUTO_TEST_CASE(messages_leave_when_their_last_bit_has_its_turn) {
  virtual_loop loop{std::nullopt, 0ns};
  stage on{loop, plan_of("fifo")};
  on.park(2, 1, 3);  // admitted in slot 0, sent in slot 1
  on.park(0, 1, 1);  // slot 2
  on.park(2, 2, 6);  // slots 3 and 4
  BOOST_TEST(!loop.run());
  const std::vector<seen_message> expected{{2 * second, 21}, {3 * second, 1}, {5 * second, 22}};
  BOOST_TEST(on.seen == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_a_sender_leaves_of_a_slot_is_the_next_ones) {
  virtual_loop loop{std::nullopt, 0ns};
  stage on{loop, plan_of("max-rate")};
  on.park(1, 1, 1);  // half a slot
  on.park(0, 1, 1);  // half of the rest of it, half of the next
  BOOST_TEST(!loop.run());
  const std::vector<seen_message> expected{{3 * second / 2, 11}, {5 * second / 2, 1}};
  BOOST_TEST(on.seen == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(dismissed_messages_cost_only_what_was_sent_of_them) {
  virtual_loop loop{std::nullopt, 0ns};
  stage on{loop, plan_of("fifo")};
  on.park(1, 1, 10);
  on.park(2, 1, 5);
  on.park(2, 2, 3);
  on.run_until(4500ms);  // slots 1 to 4 sent two bytes each of the first
  on.port.dismiss(worker(1), 1);
  on.port.dismiss(worker(2), 1);
  const std::vector<std::int64_t> expected{8, 0};
  BOOST_TEST(on.dismissed == expected, boost::test_tools::per_element());
  BOOST_TEST(!loop.run());
  BOOST_TEST(on.seen.back() == (seen_message{6 * second, 22}));
  BOOST_TEST(on.bytes == 3);
}

BOOST_AUTO_TEST_CASE(idle_uplinks_set_no_timer_and_slots_keep_to_their_grid) {
  virtual_loop loop{std::nullopt, 2300ms};
  stage on{loop, plan_of("fifo")};
  BOOST_TEST(!loop.run());
  BOOST_TEST(on.port.state().totals.slots == 0);
  on.park(2, 1, 3);
  on.park(1, 1, 3);
  on.port.dismiss(worker(2), 1);
  on.port.dismiss(worker(1), 1);
  BOOST_TEST(!loop.run());
  BOOST_TEST(on.port.state().totals.slots == 0);
  on.park(2, 1, 3);
  BOOST_TEST(!loop.run());
  BOOST_TEST(on.seen.back() == (seen_message{5 * second, 21}));
}

BOOST_AUTO_TEST_CASE(streams_leave_together_when_their_window_ends) {
  virtual_loop loop{std::nullopt, 0ns};
  transmission::uplink_plan plan = plan_of("max-rate");
  plan.arrivals = {.probability = 1, .bits_max = 8, .window_slots = 10, .buffer_bits = 1e6};
  stage on{loop, std::move(plan)};
  for (index sender = 0; sender < senders; ++sender)
    on.park(sender, 1, 1000);
  BOOST_TEST(!loop.run());
  const std::vector<seen_message> expected{{10 * second, 1}, {10 * second, 11}, {10 * second, 21}};
  BOOST_TEST(on.seen == expected, boost::test_tools::per_element());
  double chunks = 0;
  for (const double sent : on.port.state().totals.sent)
    chunks += sent;
  BOOST_TEST(chunks > 0);
  BOOST_TEST(static_cast<double>(on.bytes) == chunks, boost::test_tools::tolerance(0.2));
}

BOOST_AUTO_TEST_CASE(real_clocks_lose_no_slot_when_timers_are_late) {
  asio_loop loop{0ns};
  stage on{loop, plan_of("lyapunov", 20us)};
  on.wanted = 2;
  on.park(2, 1, 300);
  on.park(0, 1, 50);
  BOOST_TEST(loop.run());
  BOOST_TEST(on.seen.size() == 2u);
  BOOST_TEST(on.seen.back().after_ns >= 150 * 20'000);
  BOOST_TEST(on.port.state().totals.slots >= 150);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::runtime
