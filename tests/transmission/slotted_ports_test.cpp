#include <boost/test/unit_test.hpp>

#include "algorithms/base/jain_index.hpp"
#include "algorithms/transmission/uplink/slotted_port.hpp"

namespace echelon::transmission {
namespace {

std::vector<node_id> workers(std::int32_t count) {
  std::vector<node_id> all;
  for (std::int32_t i = 0; i < count; ++i)
    all.push_back({role::worker, i});
  return all;
}

/// One bit a chunk, one second a slot.
uplink_plan plan_of(std::string_view policy, std::vector<double> rates, value_table settings = {}) {
  uplink_plan plan;
  plan.channels.rates_bps = std::move(rates);
  plan.slot = nanoseconds{1'000'000'000};
  plan.admission_most = 10;
  plan.policy = *uplink_policies().make(policy, settings, "transmission",
                                        uplink_context{.grant_most = 10, .arrival_most = 10});
  return plan;
}

/// Tickets in the order in which they leave, and the slot and share of it when they do.
struct left_at {
  std::int64_t ticket;
  double slots;
  bool operator==(const left_at&) const = default;
};

std::ostream& operator<<(std::ostream& out, const left_at& one) {
  return out << one.ticket << " after " << one.slots;
}

std::vector<left_at> run_all(slotted_port& port, std::int64_t slots_most = 1000) {
  std::vector<left_at> all;
  for (std::int64_t slot = 0; port.waiting() && slot < slots_most; ++slot)
    for (const departure& one : port.run(slot))
      all.push_back({one.ticket, static_cast<double>(slot) + one.at});
  return all;
}

result<uplink_plan> read(value_table section, const link_plan& links = {}, index senders = 4) {
  auto declared = uplink_parameters();
  declared.push_back({"policy", value_kind::text, "fifo", ""});
  auto given = parameters::resolve(value{std::move(section)}, declared, "transmission");
  BOOST_REQUIRE(given.has_value());
  return make_uplinks(*given, {.links = links, .gradient_bits = 8e6, .seed = 1, .senders = senders},
                      [&](const uplink_context& context) {
                        return uplink_policies().make(given->text("policy"), value_table{},
                                                      "transmission", context);
                      });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(slotted_ports)

BOOST_AUTO_TEST_CASE(first_come_first_served_ignores_rates) {
  const uplink_plan plan = plan_of("fifo", {1, 4});
  slotted_port port{plan, workers(2)};
  port.submit(0, 1, 2);
  port.submit(1, 2, 4);
  const std::vector<left_at> expected{{1, 3}, {2, 4}};
  BOOST_TEST(run_all(port) == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_best_channel_goes_first_under_max_rate) {
  const uplink_plan plan = plan_of("max-rate", {1, 4});
  slotted_port port{plan, workers(2)};
  port.submit(0, 1, 2);
  port.submit(1, 2, 4);
  const std::vector<left_at> expected{{2, 2}, {1, 4}};
  BOOST_TEST(run_all(port) == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(whole_vectors_are_not_interrupted) {
  uplink_plan plan = plan_of("max-rate", {1, 4});
  for (const bool whole : {true, false}) {
    plan.whole_vectors = whole;
    slotted_port port{plan, workers(2)};
    port.submit(0, 1, 4);
    port.run(0);
    port.run(1);  // the first has begun
    port.submit(1, 2, 4);
    const auto left = run_all(port);
    BOOST_TEST(left.front().ticket == (whole ? 1 : 2));
  }
}

BOOST_AUTO_TEST_CASE(withdrawn_messages_free_what_they_were_admitted_for) {
  const uplink_plan plan = plan_of("fifo", {2, 2});
  slotted_port port{plan, workers(2)};
  port.submit(0, 1, 6);
  port.submit(0, 2, 4);
  port.submit(1, 3, 2);
  port.run(0);
  port.run(1);
  BOOST_TEST(port.withdraw(0, 1) == 2);
  BOOST_TEST(port.withdraw(0, 1) == 0);
  BOOST_TEST(port.state().backlog[0] == 4);
  const std::vector<left_at> expected{{2, 2}, {3, 3}};
  BOOST_TEST(run_all(port) == expected, boost::test_tools::per_element());
  BOOST_TEST(port.state().totals.purged == 4);
  BOOST_TEST(port.state().backlog[0] == 0);
}

BOOST_AUTO_TEST_CASE(a_message_shorter_than_the_perturbation_is_flushed) {
  const uplink_plan plan = plan_of("lyapunov", {10, 10}, {{"V", 5.0}});
  slotted_port port{plan, workers(2)};
  port.submit(0, 1, 3);
  const std::vector<left_at> expected{{1, 1.3}};
  BOOST_TEST(run_all(port) == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_restored_port_goes_on_as_if_nothing_had_happened) {
  for (const char* policy : {"fifo", "max-rate", "proportional", "lyapunov"}) {
    uplink_plan plan = plan_of(policy, {2, 3, 5});
    plan.channels.states = {0.5, 1, 1.5};
    plan.arrivals = {.probability = 0.7, .bits_max = 3, .window_slots = 10, .buffer_bits = 100};
    const std::vector<char> all(3, 1);
    slotted_port first{plan, workers(3)};
    for (std::int64_t slot = 0; slot < 200; ++slot)
      first.run(slot, all);
    slotted_port second{plan, workers(3)};
    const std::vector<double> kept = pack(first.state());
    BOOST_TEST(!unpack(std::span{kept}.first(kept.size() - 1)).has_value());
    second.restore(*unpack(kept));
    for (std::int64_t slot = 200; slot < 400; ++slot) {
      first.run(slot, all);
      second.run(slot, all);
    }
    BOOST_TEST(first.state().totals.sent == second.state().totals.sent,
               boost::test_tools::per_element());
    BOOST_TEST(first.state().memory == second.state().memory, boost::test_tools::per_element());
  }
}

BOOST_AUTO_TEST_CASE(first_come_first_served_needs_no_slots_on_a_shared_medium) {
  link_plan links;
  links.shared = {{role::edge, direction::up, 1e6}};
  BOOST_TEST(!read({}, links)->slots(role::edge));
  const auto slotted = read({{"policy", "max-rate"}}, links);
  BOOST_TEST(slotted->slots(role::edge));
  BOOST_TEST(!slotted->slots(role::coordinator));
  BOOST_TEST(slotted->channels.rate_bps(3) == 1e6);
}

BOOST_AUTO_TEST_CASE(a_slot_is_one_chunk_at_the_median_rate_by_default) {
  const auto plan = read({{"policy", "lyapunov"},
                          {"channels", value_table{{"rates_bps", value_list{1e6, 2e6, 4e6}},
                                                   {"states", value_list{0.5, 2.0}}}}});
  BOOST_TEST(plan->chunk_bits == 8e6 / 16);
  BOOST_TEST(plan->slot.count() == 250'000'000);
  BOOST_TEST(plan->rate_most(2) == 4);
  BOOST_TEST(plan->rate_most(3) == 1);  // rates are repeated
}

BOOST_AUTO_TEST_CASE(impossible_settings_are_refused_with_what_would_be_right) {
  const auto wrong = [](value_table section) { return read(std::move(section)).error().detail; };
  const auto says = [](const std::string& text, const char* part) {
    BOOST_TEST(text.find(part) != std::string::npos, text);
  };
  says(wrong({{"policy", "lyapunov"}}), "transmission.policy: needs an uplink that is shared");
  says(wrong({{"arrivals", value_table{{"bits_max", 6.0}}}}), "transmission.arrivals");
  says(wrong({{"channels", value_table{{"rates_bps", value_list{}}}}}), "is empty");
  says(wrong({{"channels", value_table{{"rates_bps", value_list{0.0}}}}}), "is not a number from");
  says(wrong({{"channels", value_table{}}}), "rates_bps");
}

BOOST_AUTO_TEST_CASE(jain_tells_equal_from_greedy) {
  BOOST_TEST(jain_index(std::vector{2.0, 2.0, 2.0, 2.0}) == 1);
  BOOST_TEST(jain_index(std::vector{3.0, 0.0, 0.0, 0.0}) == 0.25);
  BOOST_TEST(jain_index({}) == 1);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::transmission
