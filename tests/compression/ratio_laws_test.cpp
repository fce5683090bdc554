#include <boost/test/unit_test.hpp>
#include <rapidcheck/boost_test.h>

#include "algorithms/compression/ratios/budget_manager.hpp"
#include "tests/support/ratio_problems.hpp"

// Laws of every ratio policy, whatever the senders hold.

namespace echelon::compression {
namespace {

/// Policies as the catalogue makes them without settings, with their names for a failure's text.
template <class Law>
void for_policies(Law law) {
  for (const auto& entry : ratio_policies().entries()) {
    const auto made = ratio_policies().make(entry.card.name, value{value_table{}}, "compression");
    RC_ASSERT(made.has_value());
    law(**made, entry.card.name);
  }
}

ratio_problem any_problem(random_stream& random) {
  ratio_problem problem{.weights = random_weights(random, 1 + random.below(20))};
  problem.mean = std::pow(10, random.uniform(-5, 0));
  problem.floor = problem.mean * random.uniform(0, 0.5);
  return problem;
}

bool near(double value, double expected) {
  return std::abs(value - expected) <= 1e-6 * std::abs(expected);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(ratio_laws)

RC_BOOST_PROP(ratios_have_the_mean_and_keep_to_the_bounds, (std::uint64_t seed)) {
  random_stream random{seed, "laws.ratios"};
  const ratio_problem problem = any_problem(random);
  for_policies([&](const ratio_policy& policy, const std::string& name) {
    RC_TAG(name);
    const std::vector<double> ratios = policy.ratios(problem);
    const bool to_the_letter = name == "dagc-r-paper";
    const double budget = problem.mean * static_cast<double>(problem.senders());
    if (policy.keeps_mean())
      RC_ASSERT(sum_of(ratios) <= budget * (1 + 1e-12));
    // Where a cap is met nobody else may be able to take what is left over.
    if (policy.keeps_mean() && std::ranges::max(ratios) < problem.cap)
      RC_ASSERT(near(sum_of(ratios), budget));
    for (const double ratio : ratios) {
      RC_ASSERT(ratio > 0);
      RC_ASSERT(to_the_letter || ratio <= problem.cap);
      RC_ASSERT(to_the_letter || policy.thresholds_only() || ratio >= problem.floor * (1 - 1e-12));
    }
  });
}

RC_BOOST_PROP(more_data_never_mean_a_smaller_ratio_or_a_higher_threshold, (std::uint64_t seed)) {
  random_stream random{seed, "laws.ratios"};
  const ratio_problem problem = any_problem(random);
  for_policies([&](const ratio_policy& policy, const std::string& name) {
    if (name == "dagc-r-paper")
      return;  // known not to: specification 3.4, fact 3
    const std::vector<double> ratios = policy.ratios(problem);
    const std::vector<double> thresholds = policy.thresholds(problem);
    for (std::size_t i = 0; i < ratios.size(); ++i)
      for (std::size_t j = 0; j < ratios.size(); ++j)
        if (problem.weights[i] > problem.weights[j]) {
          RC_ASSERT(ratios[i] >= ratios[j] * (1 - 1e-12));
          RC_ASSERT(thresholds[i] <= thresholds[j] * (1 + 1e-12));
        }
  });
}

RC_BOOST_PROP(equal_data_mean_equal_ratios_and_thresholds, (std::uint64_t seed)) {
  random_stream random{seed, "laws.ratios"};
  ratio_problem problem = any_problem(random);
  std::ranges::fill(problem.weights, 1 / static_cast<double>(problem.senders()));
  for_policies([&](const ratio_policy& policy, const std::string&) {
    for (const double ratio : policy.ratios(problem))
      RC_ASSERT(near(ratio, problem.mean));
    for (const double threshold : policy.thresholds(problem))
      RC_ASSERT(near(threshold, 1));
  });
}

RC_BOOST_PROP(each_policy_is_best_on_its_own_objective, (std::uint64_t seed)) {
  random_stream random{seed, "laws.ratios"};
  const ratio_problem problem = any_problem(random);
  const std::vector<double> alike(problem.weights.size(), problem.mean);
  const std::vector<double> unit(problem.weights.size(), 1.0);
  for_policies([&](const ratio_policy& policy, const std::string& name) {
    if (name == "dagc-r-paper" || !policy.keeps_mean())
      return;
    const bool by_threshold = policy.thresholds_only();
    const auto given = by_threshold ? policy.thresholds(problem) : policy.ratios(problem);
    RC_ASSERT(policy.objective(problem, given).value <=
              policy.objective(problem, by_threshold ? unit : alike).value * (1 + 1e-12));
  });
}

RC_BOOST_PROP(whatever_senders_report_efforts_stay_legal, (std::uint64_t seed)) {
  random_stream random{seed, "laws.ratios"};
  for (const auto kind :
       {compressor_kind::relative, compressor_kind::absolute, compressor_kind::quantiser})
    for (const auto& name : ratio_policies().names()) {
      const auto policy = ratio_policies().make(name, value{value_table{}}, "compression");
      budget_terms terms{.volumes = random_weights(random, 1 + random.below(6)),
                         .budget = std::pow(10, random.uniform(-4, 0)),
                         .cost = message_cost{1 + random.below(2000)},
                         .kind = kind};
      const auto manager = budget_manager::make(*policy, terms);
      if (!manager)
        continue;  // thresholds for a compressor that takes none
      ratio_state state = manager->begin();
      for (int round = 0; round < 60; ++round) {
        std::vector<sender_observation> seen;
        for (const effort& wanted : manager->efforts(state)) {
          RC_ASSERT(wanted.coordinates >= 0 && wanted.coordinates <= terms.cost.length());
          RC_ASSERT(wanted.coordinates_max >= 0);
          RC_ASSERT(std::isfinite(wanted.threshold) && wanted.threshold >= 0);
          RC_ASSERT(kind != compressor_kind::absolute || wanted.threshold > 0);
          seen.push_back({.sent = random.bernoulli(0.7),
                          .coordinates = random.below(terms.cost.length() + 1),
                          .norm = random.bernoulli(0.1) ? 0.0 : std::exp(20 * random.normal()),
                          .divergence_square = random.normal()});
        }
        manager->observe(seen, state);
      }
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::compression
