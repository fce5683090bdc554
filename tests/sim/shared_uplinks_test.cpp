#include <filesystem>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <unistd.h>

#include "tests/support/small_training.hpp"

using namespace echelon;
using tests::small_options;
using tests::small_setup;
using tests::train;

namespace data = boost::unit_test::data;

namespace {

constexpr double message_bits = 32 * 7850;

/// Ports whose senders have unequal channels; a message takes about sixteen slots.
transmission::uplink_plan uplinks_of(const std::string& policy, role at, double rate_bps = 2e4) {
  transmission::uplink_plan plan;
  plan.at = at;
  plan.channels = {.rates_bps = {rate_bps, rate_bps / 2, rate_bps * 2}, .states = {0.5, 1, 1.5}};
  plan.chunk_bits = message_bits / 16;
  plan.slot = to_nanoseconds(seconds{plan.chunk_bits / rate_bps});
  plan.admission_most = 3;
  plan.seed = 1;
  plan.policy = *transmission::uplink_policies().make(
      policy, value_table{}, "transmission",
      transmission::uplink_context{.grant_most = 3, .arrival_most = 3, .gradient = 16});
  return plan;
}

std::vector<std::string> policies() { return transmission::uplink_policies().names(); }

small_options coded_star() {
  return {.policy = "fractional-repetition", .stragglers = 2, .workers = 12};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(shared_uplinks)

BOOST_DATA_TEST_CASE(gradients_arrive_whole_whoever_goes_first, data::make(policies()), policy) {
  for (const bool tree : {false, true}) {
    small_options wanted = coded_star();
    wanted.stragglers = tree ? 1 : 2;
    if (tree)
      wanted.edges = value_list{4, 4, 4};
    auto setup = small_setup(wanted);
    const auto plain = train(setup);
    setup.uplinks = uplinks_of(policy, tree ? role::edge : role::coordinator);
    const auto shared = train(setup);
    BOOST_TEST((shared.outcome.summary.status == actors::run_status::done));
    BOOST_TEST(shared.outcome.summary.weights_hash == plain.outcome.summary.weights_hash);
    BOOST_TEST(shared.outcome.summary.exact_rounds == wanted.rounds);
    BOOST_TEST(shared.outcome.summary.time_s > plain.outcome.summary.time_s);
    BOOST_TEST(shared.outcome.summary.facts.contains("uplink_jain"));
  }
}

BOOST_AUTO_TEST_CASE(what_a_round_no_longer_wants_crosses_no_more) {
  small_options wanted = coded_star();
  wanted.delays = {{"worker", value_table{{"compute_shift_s", 1.0}, {"link_s", 1.0}}}};
  auto setup = small_setup(wanted);
  const auto plain = train(setup).outcome.summary;
  setup.uplinks = uplinks_of("max-rate", role::coordinator);
  const auto shared = train(setup).outcome.summary;
  const double purged = shared.facts.at("uplink_purged_bytes");
  BOOST_TEST(purged > 0);
  // All answer at once: without the uplink every message crosses, with it one of each group.
  BOOST_TEST(static_cast<double>(shared.bytes_up) < 0.6 * static_cast<double>(plain.bytes_up));
  BOOST_TEST(shared.parts.computed == plain.parts.computed);
  BOOST_TEST(3 * shared.payload_bits_up == plain.payload_bits_up);
}

BOOST_DATA_TEST_CASE(a_run_in_two_sittings_ends_with_the_hashes_of_one_in_one,
                     data::make(policies()), policy) {
  const auto file = std::filesystem::temp_directory_path() /
                    ("echelon-uplinks-" + std::to_string(::getpid()));
  auto setup = small_setup(coded_star());
  setup.uplinks = uplinks_of(policy, role::coordinator);
  const auto whole = train(setup).outcome.summary;
  for (int looks = 0; looks < 8; ++looks) {
    int left = looks;
    actors::run_options options{.interrupted = [&left] { return left-- <= 0; },
                                .checkpoint_file = file,
                                .scenario = "the same"};
    train(setup, options);
    auto found = actors::load_checkpoint(file);
    BOOST_REQUIRE(found.has_value());
    BOOST_TEST(found->links.uplinks.size() == 1u);
    options.interrupted = nullptr;
    options.resume = *found;
    const auto resumed = train(setup, options).outcome.summary;
    BOOST_TEST(*resumed.trace_hash == *whole.trace_hash);
    BOOST_TEST(resumed.weights_hash == whole.weights_hash);
    BOOST_TEST(resumed.bytes_up == whole.bytes_up);
    BOOST_TEST(resumed.facts == whole.facts);
  }
  std::filesystem::remove(file);
}

BOOST_AUTO_TEST_CASE(the_local_world_ends_with_the_weights_of_the_simulated_one) {
  small_options wanted = coded_star();
  wanted.delays = {};
  auto setup = small_setup(wanted);
  setup.uplinks = uplinks_of("lyapunov", role::coordinator, 1e9);
  const auto simulated = train(setup).outcome.summary;
  const auto local = train(setup, {.world = actors::world_kind::local, .threads = 2})
                         .outcome.summary;
  BOOST_TEST(local.weights_hash == simulated.weights_hash);
  BOOST_TEST(local.facts.at("uplink_throughput") > 0);
}

/// The controller that drives the actors does to streams what it does alone.
BOOST_DATA_TEST_CASE(streams_through_the_actors_are_those_of_a_port_alone, data::make(policies()),
                     policy) {
  auto setup = small_setup({.delays = {}, .rounds = 20});
  setup.gradients = false;
  setup.uplinks = uplinks_of(policy, role::coordinator);
  setup.uplinks.arrivals = {.probability = 0.8,
                            .bits_max = 2 * setup.uplinks.chunk_bits,
                            .window_slots = 50,
                            .buffer_bits = 100 * setup.uplinks.chunk_bits};
  const auto run = train(setup);
  const auto children = setup.topology.children({role::coordinator, 0});
  transmission::slotted_port alone{setup.uplinks, {children.begin(), children.end()}};
  const std::vector<char> all(children.size(), 1);
  for (std::int64_t slot = 0; slot < 20 * 50; ++slot)
    alone.run(slot, all);
  const std::vector<const transmission::port_state*> states{&alone.state()};
  BOOST_TEST(run.outcome.summary.facts == transmission::port_facts(setup.uplinks, states));
  const double window_s = 50 * to_seconds(setup.uplinks.slot).count();
  for (const auto& round : run.rounds)
    BOOST_TEST(round.round_s == window_s, boost::test_tools::tolerance(1e-9));
}

BOOST_AUTO_TEST_SUITE_END()
