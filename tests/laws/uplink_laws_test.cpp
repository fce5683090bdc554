#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "algorithms/base/random.hpp"
#include "algorithms/transmission/uplink/lyapunov.hpp"
#include "algorithms/transmission/uplink/slotted_port.hpp"

namespace echelon::transmission {
namespace {

namespace data = boost::unit_test::data;

std::vector<node_id> workers(index count) {
  std::vector<node_id> all;
  for (index i = 0; i < count; ++i)
    all.push_back({role::worker, static_cast<std::int32_t>(i)});
  return all;
}

std::vector<std::string> policies() { return uplink_policies().names(); }

/// The streams of the specification's table 8.5.
uplink_plan table_plan(std::string_view policy, value_table settings = {}) {
  uplink_plan plan;
  plan.channels = {.rates_bps = {4, 6, 8, 10, 12, 16}, .states = {0.25, 1, 1.75}};
  plan.arrivals = {.probability = 0.8, .bits_max = 6, .window_slots = 200, .buffer_bits = 6000};
  plan.slot = nanoseconds{1'000'000'000};
  plan.admission_most = 6;
  plan.share_rest = false;
  plan.whole_vectors = false;
  plan.seed = 1;
  plan.policy = *uplink_policies().make(
      policy, settings, "transmission",
      uplink_context{.grant_most = 28, .arrival_most = 6, .gradient = 1});
  return plan;
}

struct streamed {
  double utility = 0, throughput = 0, wasted = 0, queue = 0, jain = 0;
};

streamed stream(const uplink_plan& plan, std::int64_t slots) {
  slotted_port port{plan, workers(6)};
  const std::vector<char> all(6, 1);
  for (std::int64_t slot = 0; slot < slots; ++slot)
    port.run(slot, all);
  const std::vector<const port_state*> one{&port.state()};
  const auto facts = port_facts(plan, one);
  return {facts.at("uplink_utility"), facts.at("uplink_throughput"), facts.at("uplink_wasted"),
          facts.at("uplink_queue_mean"), facts.at("uplink_jain")};
}

/// Any port with any streams, as drawn.
uplink_plan drawn_plan(random_stream& random, uplink_context& context, double& v, index senders) {
  uplink_plan plan;
  plan.channels.rates_bps.clear();
  for (index i = 0; i < senders; ++i)
    plan.channels.rates_bps.push_back(random.uniform(0.5, 20));
  plan.channels.states = {random.uniform(0.01, 1), 1, random.uniform(1, 3)};
  plan.weights = {random.uniform(0.1, 3), 1};
  plan.share_most = random.bernoulli(0.5) ? 1 : random.uniform(0.2, 1);
  plan.arrivals = {.probability = random.uniform(),
                   .bits_max = random.uniform(0.5, 15),
                   .window_slots = 1,
                   .buffer_bits = 1e9};
  plan.slot = nanoseconds{1'000'000'000};
  plan.share_rest = random.bernoulli(0.5);
  plan.whole_vectors = false;
  plan.seed = random();
  context.grant_most = 0;
  for (index i = 0; i < senders; ++i)
    context.grant_most = std::max(context.grant_most, plan.share_most * plan.rate_most(i));
  context.arrival_most = plan.admission_most = plan.arrivals->bits_max;
  v = std::exp(random.uniform(0, 8));
  return plan;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(uplink_laws)

// Acceptance 10: in a million slots nothing granted is wasted, and neither queue passes its bound.
BOOST_AUTO_TEST_CASE(the_perturbed_controller_wastes_nothing_and_keeps_its_bounds) {
  random_stream random{7, "uplink laws"};
  for (index drawn = 0; drawn < 50; ++drawn) {
    const index senders = 1 + random.below(9);
    uplink_context context;
    double v = 0;
    uplink_plan plan = drawn_plan(random, context, v, senders);
    const value_table settings{{"V", v}, {"alpha", drawn % 2 == 0 ? 1.0 : random.uniform(0.3, 4)}};
    plan.policy = *uplink_policies().make("lyapunov", settings, "transmission", context);
    const auto& controller = dynamic_cast<const lyapunov&>(*plan.policy);
    slotted_port port{plan, workers(senders)};
    const std::vector<char> all(static_cast<std::size_t>(senders), 1);
    std::vector<double> queue_most(all.size()), debt_most(all.size());
    for (std::int64_t slot = 0; slot < 20'000; ++slot) {
      port.run(slot, all);
      for (std::size_t i = 0; i < all.size(); ++i) {
        queue_most[i] = std::max(queue_most[i], port.state().backlog[i]);
        debt_most[i] = std::max(debt_most[i], port.state().memory[i]);
      }
    }
    BOOST_TEST(port.state().totals.wasted == 0);
    for (std::size_t i = 0; i < all.size(); ++i) {
      const auto child = static_cast<index>(i);
      const double weight = plan.weight(child);
      BOOST_TEST(debt_most[i] <= controller.virtual_queue_most(weight));
      BOOST_TEST(queue_most[i] <=
                 controller.backlog_most(weight, plan.share_most * plan.rate_most(child)));
    }
  }
}

BOOST_AUTO_TEST_CASE(utility_does_not_fall_with_the_weight_of_utility) {
  double before = 0;
  for (const double v : {1.0, 20.0, 100.0, 500.0, 2000.0}) {
    const double utility = stream(table_plan("lyapunov", {{"V", v}}), 60'000).utility;
    BOOST_TEST(utility > before);
    before = utility;
  }
}

// Table 8.5 in a tenth of its slots; the sweep uplink-fairness.toml runs all of them.
BOOST_AUTO_TEST_CASE(table_8_5_is_found_again) {
  struct row {
    double v;
    bool perturbed;
    double utility, throughput, wasted;
  };
  const auto near = boost::test_tools::tolerance(0.03);
  for (const row& known :
       {row{1, true, 6.00, 10.4, 0}, row{20, true, 6.40, 11.5, 0}, row{100, true, 6.84, 12.9, 0},
        row{500, true, 7.03, 13.5, 0}, row{1, false, 3.34, 4.8, 0.71},
        row{20, false, 5.19, 8.5, 0.47}, row{100, false, 6.62, 12.3, 0.15}}) {
    const streamed found = stream(
        table_plan("lyapunov", {{"V", known.v}, {"perturbation", known.perturbed}}), 100'000);
    BOOST_TEST(found.utility == known.utility, near);
    BOOST_TEST(found.throughput == known.throughput, near);
    if (known.perturbed)
      BOOST_TEST(found.wasted == 0);
    else
      BOOST_TEST(found.wasted == known.wasted, boost::test_tools::tolerance(0.05));
  }
  const streamed greedy = stream(table_plan("max-rate"), 100'000);
  BOOST_TEST(greedy.utility == 4.51, near);
  BOOST_TEST(greedy.jain == 0.66, near);
  BOOST_TEST(stream(table_plan("lyapunov", {{"V", 100.0}}), 100'000).jain > 0.97);
}

BOOST_DATA_TEST_CASE(every_message_leaves_in_its_senders_order_and_no_bit_is_lost,
                     data::make(policies()), policy) {
  random_stream random{3, "uplink messages"};
  for (index drawn = 0; drawn < 30; ++drawn) {
    const index senders = 1 + random.below(6);
    uplink_context context;
    double v = 0;
    uplink_plan plan = drawn_plan(random, context, v, senders);
    plan.arrivals.reset();
    plan.whole_vectors = random.bernoulli(0.5);
    plan.policy = *uplink_policies().make(policy, value_table{}, "transmission", context);
    slotted_port port{plan, workers(senders)};
    std::vector<std::vector<std::int64_t>> expected(static_cast<std::size_t>(senders)), left;
    left.resize(expected.size());
    std::vector<index> sender_of{0};
    double chunks = 0;
    std::int64_t slot = 0;
    while (sender_of.size() < 60 || (port.waiting() && slot < 100'000)) {
      if (sender_of.size() < 60 && random.bernoulli(0.3)) {
        const index sender = random.below(senders);
        const double size = random.uniform(0.01, 40);
        chunks += size;
        expected[static_cast<std::size_t>(sender)].push_back(std::ssize(sender_of));
        port.submit(sender, std::ssize(sender_of), size);
        sender_of.push_back(sender);
      }
      double last = 0;
      for (const departure& one : port.run(slot++)) {
        BOOST_TEST(one.at >= last - 1e-9);
        last = one.at;
        const auto sender = static_cast<std::size_t>(
            sender_of[static_cast<std::size_t>(one.ticket)]);
        left[sender].push_back(one.ticket);
      }
    }
    BOOST_TEST(!port.waiting());
    BOOST_TEST(left == expected);
    double sent = 0;
    for (const double each : port.state().totals.sent)
      sent += each;
    BOOST_TEST(sent == chunks, boost::test_tools::tolerance(1e-6));
  }
}

BOOST_AUTO_TEST_CASE(channels_and_arrivals_are_the_same_for_every_policy) {
  const uplink_plan plan = table_plan("fifo");
  const uplink_plan other = table_plan("max-rate");
  double states = 0;
  double bits = 0;
  constexpr std::int64_t slots = 20'000;
  for (std::int64_t slot = 0; slot < slots; ++slot) {
    const node_id node{role::worker, 2};
    BOOST_TEST_REQUIRE(plan.rate(node, 2, slot) == other.rate(node, 2, slot));
    BOOST_TEST_REQUIRE(plan.arrival(node, slot) == other.arrival(node, slot));
    states += plan.rate(node, 2, slot) / 8 / slots;
    bits += plan.arrival(node, slot) / slots;
  }
  BOOST_TEST(states == 1, boost::test_tools::tolerance(0.02));
  BOOST_TEST(bits == 0.8 * 3, boost::test_tools::tolerance(0.02));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::transmission
