#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "algorithms/compression/ratios/ratio_plan.hpp"
#include "tests/support/ratio_problems.hpp"

namespace echelon::compression {
namespace {

namespace data = boost::unit_test::data;

ratio_plan plan_of(std::string_view name, budget_terms terms) {
  const auto policy = ratio_policies().make(name, value{value_table{}}, "compression");
  BOOST_REQUIRE(policy);
  const auto manager = budget_manager::make(*policy, std::move(terms));
  BOOST_REQUIRE(manager);
  return plan_ratios(*manager, manager->begin());
}

budget_terms four_senders(compressor_kind kind) {
  return {.volumes = {40, 30, 20, 10}, .cost = message_cost{1000}, .kind = kind};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(ratio_plans)

BOOST_AUTO_TEST_CASE(the_printed_example_is_planned_as_printed) {
  const ratio_plan made = plan_of("dagc-r-paper", four_senders(compressor_kind::relative));
  BOOST_TEST(made.coordinates == (std::vector<std::int64_t>{13, 11, 8, 8}),
             boost::test_tools::per_element());
  BOOST_TEST(made.objective == "phi");
  BOOST_TEST(std::abs(made.objective_value - 107.696411) < 1e-5);
  BOOST_TEST(std::abs(made.objective_uniform - 100) < 1e-9);
  BOOST_TEST(made.thresholds.empty());
}

BOOST_AUTO_TEST_CASE(thresholds_are_planned_in_units_or_as_they_are) {
  budget_terms terms = four_senders(compressor_kind::absolute);
  const ratio_plan relative = plan_of("dagc-a", terms);
  terms.threshold = .05;
  const ratio_plan fixed = plan_of("dagc-a", terms);
  BOOST_TEST(std::abs(fixed.thresholds[0] - 0.0356536575) < 1e-9);
  BOOST_TEST(std::abs(relative.thresholds[0] * .05 - fixed.thresholds[0]) < 1e-12);
  BOOST_TEST(fixed.objective == "threshold-factor");
  BOOST_TEST(fixed.objective_value < fixed.objective_uniform);
  BOOST_TEST(std::abs(fixed.objective_uniform - 0.30) < 1e-12);
}

BOOST_DATA_TEST_CASE(every_policy_plans_finite_figures_in_the_senders_order,
                     data::make(ratio_policies().names()), name) {
  for (const std::vector<double>& volumes :
       {std::vector<double>{1}, {1, 1}, {3, 0}, {1, 5, 2, 0, 9}, {1e-9, 1e9, 1}})
    for (const double budget : {1e-5, 0.01, 0.9, 1.0}) {
      const ratio_plan made = plan_of(name, {.volumes = volumes,
                                             .budget = budget,
                                             .cost = message_cost{500},
                                             .kind = compressor_kind::absolute});
      BOOST_REQUIRE(made.ratios.size() == volumes.size());
      double total = 0;
      for (std::size_t i = 0; i < volumes.size(); ++i) {
        BOOST_TEST((made.ratios[i] >= 0 && made.ratios[i] <= 1));
        BOOST_TEST((made.thresholds[i] > 0 && std::isfinite(made.thresholds[i])));
        BOOST_TEST((made.coordinates[i] >= 0 && made.coordinates[i] <= 500));
        total += made.ratios[i];
      }
      if (name != "accordion")
        BOOST_TEST(total <= budget * static_cast<double>(volumes.size()) * (1 + 1e-9));
      BOOST_TEST(std::isfinite(made.objective_value));
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::compression
