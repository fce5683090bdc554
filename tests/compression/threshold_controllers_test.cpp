#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "algorithms/compression/ratios/budget_manager.hpp"
#include "tests/support/ratio_problems.hpp"

// The controller against senders that drift, that are noise, and whose gradients fade: error
// feedback and hard thresholds, coordinate by coordinate.

namespace echelon::compression {
namespace {

namespace data = boost::unit_test::data;

enum class world : unsigned char { drift, noise, mixed, fading, shared };

std::ostream& operator<<(std::ostream& to, world kind) {
  static constexpr const char* names[] = {"drift", "noise", "mixed", "fading", "shared"};
  return to << names[static_cast<int>(kind)];
}

constexpr index length = 800;

/// One sender: its mean gradient, its error memory, and the running mean of its gradients.
class simulated_sender {
public:
  simulated_sender(random_stream& random, world kind) : kind_(kind) {
    for (double& slope : slope_)
      slope = kind == world::noise ? 0 : random.normal() * std::exp(1.5 * random.normal());
  }

  sender_observation send(random_stream& random, double fade, const effort& wanted) {
    double squares = 0, drift = 0;
    std::vector<std::pair<double, std::size_t>> passing;
    for (std::size_t c = 0; c < memory_.size(); ++c) {
      const double gradient = fade * slope_[c] +
                              (kind_ == world::drift ? 0.0 : 2 * random.normal());
      squares += gradient * gradient;
      mean_[c] += 0.1 * (gradient - mean_[c]);
      drift += std::abs(mean_[c]) / static_cast<double>(length);
      memory_[c] += gradient;
      if (std::abs(memory_[c]) >= wanted.threshold)
        passing.emplace_back(-std::abs(memory_[c]), c);
    }
    std::ranges::sort(passing);
    if (wanted.coordinates_max > 0 && std::ssize(passing) > wanted.coordinates_max)
      passing.resize(slot(wanted.coordinates_max));
    for (const auto& [magnitude, c] : passing)
      memory_[c] = 0;
    const auto sent = static_cast<double>(passing.size());
    return {.sent = true,
            .coordinates = std::ssize(passing),
            .bits = 26 * sent,
            .norm = std::sqrt(squares),
            .drift = kind_ == world::shared ? std::nullopt : std::optional{drift}};
  }

private:
  world kind_;
  std::vector<double> slope_ = std::vector<double>(slot(length)), memory_ = slope_, mean_ = slope_;
};

struct outcome {
  double spent = 0;  ///< over the budget of the run
  double debt_most = 0;
};

outcome run(const budget_manager& manager, world kind, index rounds) {
  random_stream random{1, "tests.thresholds"};
  std::vector<simulated_sender> senders;
  for (index i = 0; i < manager.senders(); ++i)
    senders.emplace_back(random, kind);
  ratio_state state = manager.begin();
  outcome seen_so_far;
  for (index round = 0; round < rounds; ++round) {
    const bool fades = kind == world::fading || kind == world::shared;
    const double time = static_cast<double>(round) / static_cast<double>(rounds);
    const std::vector<effort> wanted = manager.efforts(state);
    std::vector<sender_observation> seen;
    for (std::size_t i = 0; i < senders.size(); ++i)
      seen.push_back(senders[i].send(random, fades ? std::exp(-3 * time) : 1, wanted[i]));
    for (const sender_observation& each : seen)
      seen_so_far.spent += manager.terms().cost.counts_bits()
                               ? each.bits
                               : static_cast<double>(each.coordinates);
    manager.observe(seen, state);
    seen_so_far.debt_most = std::max(seen_so_far.debt_most, state.threshold.debt);
  }
  seen_so_far.spent /= manager.round_budget() * static_cast<double>(rounds);
  return seen_so_far;
}

budget_manager manager_of(std::string_view name, double budget, double start,
                          value_table settings = {}) {
  const auto policy = ratio_policies().make(name, value{std::move(settings)}, "compression");
  BOOST_REQUIRE(policy);
  auto made = budget_manager::make(*policy, {.volumes = {50, 20, 15, 10, 5},
                                             .budget = budget,
                                             .cost = message_cost{length},
                                             .kind = compressor_kind::absolute,
                                             .threshold_start = start});
  BOOST_REQUIRE(made);
  return *std::move(made);
}

void check_held(const outcome& seen) {
  BOOST_TEST(std::abs(seen.spent - 1) < 0.05, "spent " << seen.spent << " of the budget");
  BOOST_TEST(seen.debt_most <= threshold_controller::allowance_rounds + 1);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(threshold_controllers)

BOOST_DATA_TEST_CASE(the_budget_is_held_from_any_start,
                     data::make({world::drift, world::noise, world::mixed, world::fading,
                                 world::shared}),
                     kind) {
  for (const double budget : {0.002, 0.02})
    for (const double off : {0.0, 0.01, 1.0, 100.0})
      check_held(run(manager_of("dagc-a", budget, 2 * off / budget), kind, 400));
}

BOOST_DATA_TEST_CASE(every_policy_holds_the_budget_with_thresholds,
                     data::make(ratio_policies().names()), name) {
  check_held(run(manager_of(name, 0.01, 0), world::fading, 400));
}

BOOST_AUTO_TEST_CASE(other_laws_of_traffic_hold_the_budget_too) {
  check_held(
      run(manager_of("dagc-a", 0.01, 0, {{"traffic_exponent", value{-2.0}}}), world::noise, 400));
  check_held(
      run(manager_of("dagc-a", 0.01, 0, {{"traffic", value{"measured"}}}), world::drift, 400));
}

BOOST_AUTO_TEST_CASE(a_budget_in_bits_is_held) {
  const auto policy = ratio_policies().make("dagc-a", value{value_table{}}, "compression");
  const auto made = budget_manager::make(
      *policy,
      {.volumes = {50, 20, 15, 10, 5},
       .budget = 0.01,
       .cost = message_cost{length, [](std::int64_t count) { return 24.0 * double(count); }},
       .kind = compressor_kind::absolute});
  BOOST_REQUIRE(made);
  check_held(run(*made, world::mixed, 400));
}

BOOST_AUTO_TEST_CASE(a_run_of_known_length_ends_without_debt) {
  for (const std::string& name : ratio_policies().names())
    for (const world kind : {world::drift, world::fading}) {
      const auto policy = ratio_policies().make(name, value{value_table{}}, "compression");
      const auto made = budget_manager::make(*policy, {.volumes = {50, 20, 15, 10, 5},
                                                       .budget = 0.02,
                                                       .cost = message_cost{length},
                                                       .kind = compressor_kind::absolute,
                                                       .rounds = 300});
      BOOST_REQUIRE(made);
      BOOST_TEST(std::abs(run(*made, kind, 300).spent - 1) < 1e-3, name << " " << kind);
    }
}

BOOST_AUTO_TEST_CASE(senders_traffic_follows_the_drift_law) {
  random_stream random{3, "tests.thresholds"};
  simulated_sender low{random, world::drift};
  simulated_sender high = low;
  double low_sent = 0, high_sent = 0;
  for (int round = 0; round < 3000; ++round) {
    low_sent += static_cast<double>(low.send(random, 1, {.threshold = 100}).coordinates);
    high_sent += static_cast<double>(high.send(random, 1, {.threshold = 200}).coordinates);
  }
  BOOST_TEST(std::abs(std::log2(high_sent / low_sent) + 1) < 0.1);
}

BOOST_AUTO_TEST_CASE(a_fixed_threshold_stays_whatever_it_costs) {
  const auto policy = ratio_policies().make("dagc-a", value{value_table{}}, "compression");
  const auto made = budget_manager::make(*policy, {.volumes = {4, 3, 2, 1, 0},
                                                   .cost = message_cost{length},
                                                   .kind = compressor_kind::absolute,
                                                   .threshold = .05});
  BOOST_REQUIRE(made);
  ratio_state state = made->begin();
  const std::vector<effort> first = made->efforts(state);
  for (int round = 0; round < 60; ++round)
    made->observe(std::vector<sender_observation>(
                      5, {.sent = true, .coordinates = length, .norm = 1.0, .drift = 1.0}),
                  state);
  const std::vector<effort> later = made->efforts(state);
  for (std::size_t i = 0; i < first.size(); ++i) {
    BOOST_TEST(first[i].threshold == later[i].threshold);
    BOOST_TEST(first[i].coordinates_max == 0);
  }
  // Five senders, one without data: four fifths of the budget go to the same shares.
  BOOST_TEST(std::abs(first[0].threshold - 0.8 * 0.0356536575) < 1e-9);
  BOOST_TEST(first[4].threshold > 1e38);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::compression
