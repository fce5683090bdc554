#include <cmath>
#include <limits>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "tests/support/liars.hpp"

namespace echelon::tests {
namespace {

namespace data = boost::unit_test::data;
using actors::certificate;
using actors::run_status;

const node_id first{role::worker, 0}, third{role::worker, 3}, seventh{role::worker, 7};

/// Everybody is waited for, so that there is something to compare.
actors::training_setup watchful(small_options wanted) {
  auto setup = small_setup(wanted);
  setup.verify = true;
  setup.grace = seconds{1e5};
  return setup;
}

actors::training_setup nine_workers() { return small_setup({.workers = 9, .rounds = 30}); }

actors::training_setup ruled(std::string_view rule, const value_table& settings = {}) {
  auto setup = nine_workers();
  setup.rule = *aggregation::robust_aggregations().make(rule, settings, "aggregation");
  setup.rate = 0.5;
  setup.batch = 0;
  return setup;
}

value_table settings_of(const std::string& rule) {
  return rule == "median" || rule == "geometric-median" ? value_table{} : value_table{{"liars", 2}};
}

std::vector<std::string> rules_that_stand_liars() {
  auto names = aggregation::robust_aggregations().names();
  std::erase(names, "mean");
  return names;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(lying_workers)

BOOST_AUTO_TEST_CASE(liars_are_named_in_every_round_and_the_sum_stays_exact) {
  for (const std::string code : {"cyclic", "fractional-repetition"})
    BOOST_TEST_CONTEXT(code) {
      const auto setup = watchful({.policy = code, .stragglers = 4, .workers = 10});
      const auto honest = train_among({}, setup);
      const auto run = train_among({{0, scaled_by(-3)}, {7, scaled_by(1.5)}}, setup);
      for (const auto& round : run.rounds) {
        BOOST_TEST((round.worth.kind == certificate::outcome::exact));
        BOOST_TEST((round.worth.liars == std::vector{first, seventh}));
        BOOST_TEST(round.worth.suspects.empty());
        BOOST_TEST(std::ranges::count(round.senders, first) == 0);
      }
      for (const auto& round : honest.rounds)
        BOOST_TEST(round.worth.liars.empty());
      BOOST_TEST(std::abs(*run.rounds.back().train_loss - *honest.rounds.back().train_loss) < 1e-4);
      if (code == "fractional-repetition")
        BOOST_TEST(run.outcome.summary.weights_hash == honest.outcome.summary.weights_hash);
    }
}

BOOST_AUTO_TEST_CASE(unwatched_a_liar_ruins_a_coded_run) {
  auto setup = watchful({.policy = "cyclic", .stragglers = 4, .workers = 10});
  setup.verify = false;
  const auto run = train_among({{3, scaled_by(-30)}}, setup);
  BOOST_TEST(*run.rounds.back().train_loss > 2 * *run.rounds.front().train_loss);
}

BOOST_AUTO_TEST_CASE(of_two_replicas_neither_is_used_and_what_then_is_the_scenarios_choice) {
  const small_options pairs{.policy = "fractional-repetition", .stragglers = 1};
  const auto strict = train_among({{3, scaled_by(-1)}}, watchful(pairs));
  BOOST_TEST((strict.outcome.summary.status == run_status::failed));
  BOOST_TEST_REQUIRE(strict.rounds.size() == 1U);
  BOOST_TEST((strict.rounds[0].worth.suspects == std::vector{node_id{role::worker, 2}, third}));
  BOOST_TEST(strict.rounds[0].worth.reason.find("contradict") != std::string::npos);

  auto nearest = pairs;
  nearest.plan = coding::plan_choice{.policy = pairs.policy,
                                     .parts = 6,
                                     .stragglers = 1,
                                     .beyond = coding::beyond_tolerance::least_squares};
  const auto run = train_among({{3, scaled_by(-1)}}, watchful(nearest));
  BOOST_TEST((run.outcome.summary.status == run_status::done));
  for (const auto& round : run.rounds) {
    BOOST_TEST((round.worth.kind == certificate::outcome::approximate));
    BOOST_TEST(round.worth.residual == std::sqrt(1.0 / 3), boost::test_tools::tolerance(1e-6));
    BOOST_TEST(round.worth.suspects.size() == 2U);
    BOOST_TEST(round.worth.liars.empty());
  }
}

BOOST_DATA_TEST_CASE(a_rule_that_stands_liars_learns_among_them_and_the_mean_does_not,
                     data::make(rules_that_stand_liars()), name) {
  const liars two{{3, scaled_by(-20)}, {7, scaled_by(-20)}};
  const auto setup = ruled(name, settings_of(name));
  const auto run = train_among(two, setup);
  const auto again = train_among(two, setup);
  const auto ruined = train_among(two, nine_workers());

  BOOST_TEST((run.outcome.summary.status == run_status::done));
  BOOST_TEST((run.rounds.front().worth.kind == certificate::outcome::approximate));
  BOOST_TEST(*run.outcome.summary.final_loss < 0.9 * *run.rounds[0].train_loss);
  BOOST_TEST(*ruined.outcome.summary.final_loss > 2 * *run.rounds[0].train_loss);
  BOOST_TEST(run.outcome.summary.weights_hash == again.outcome.summary.weights_hash);
}

BOOST_DATA_TEST_CASE(what_is_no_number_is_one_more_liar, data::make(rules_that_stand_liars()),
                     name) {
  const auto run = train_among(
      {{3, scaled_by(std::numeric_limits<double>::quiet_NaN())}, {7, scaled_by(-20)}},
      ruled(name, settings_of(name)));
  BOOST_TEST((run.outcome.summary.status == run_status::done));
  BOOST_TEST((run.rounds.back().worth.liars == std::vector{third}));
  BOOST_TEST(*run.outcome.summary.final_loss < 0.9 * *run.rounds[0].train_loss);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::tests
