#include <boost/test/unit_test.hpp>

#include "actors/plan_recipe.hpp"
#include "algorithms/base/random.hpp"
#include "tests/support/departures.hpp"

namespace echelon {
namespace {

using namespace actors;
using tests::departure;
using tests::small_options;
using tests::train_while_they_leave;

void check_against(const tests::finished_run& run, const tests::finished_run& plain) {
  const run_summary& summary = run.outcome.summary;
  const std::string reason = summary.reason ? summary.reason->detail : "";
  BOOST_TEST((summary.status == run_status::done), reason);
  BOOST_TEST(std::ssize(run.rounds) == std::ssize(plain.rounds));
  index number = 0;
  for (const round_record& round : run.rounds) {
    BOOST_TEST(round.round == ++number);
    BOOST_TEST((round.worth.kind == certificate::outcome::exact));
    BOOST_TEST(round.worth.residual < 1e-9);
  }
  // Sums in another order: single precision, a dozen rounds.
  BOOST_TEST(*summary.final_loss == *plain.outcome.summary.final_loss,
             boost::test_tools::tolerance(1e-4));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(attendance_changes)

BOOST_AUTO_TEST_CASE(rounds_that_cannot_be_had_are_begun_anew_among_those_who_are_left) {
  small_options wanted;
  wanted.workers = 5;
  const auto plain = tests::train(tests::small_setup(wanted));
  const auto run = train_while_they_leave(tests::small_setup(wanted),
                                          {{{role::worker, 2}, 3, 9}, {{role::worker, 0}, 40, 44}});
  check_against(run, plain);
}

BOOST_AUTO_TEST_CASE(with_everybody_there_nothing_differs_but_the_words) {
  const auto plain = tests::train(tests::small_setup({}));
  const auto run = train_while_they_leave(tests::small_setup({}), {});
  BOOST_TEST(run.outcome.summary.weights_hash == plain.outcome.summary.weights_hash);
  BOOST_TEST(*run.outcome.summary.trace_hash == *plain.outcome.summary.trace_hash);
}

BOOST_AUTO_TEST_CASE(any_nodes_of_a_tree_may_leave_at_any_message) {
  const value_list edges{value{2}, value{3}, value{2}};
  small_options wanted;
  wanted.edges = value{edges};
  wanted.rounds = 6;
  wanted.plan = coding::plan_choice{.policy = "hierarchical",
                                    .parts = 12,
                                    .layers = {"frc", "frc"},
                                    .edge_stragglers = {1},
                                    .worker_stragglers = {1}};
  const auto plain = tests::train(tests::small_setup(wanted));
  random_stream random{3, "attendance-changes"};
  for (int round = 0; round < 40; ++round) {
    std::vector<departure> leaving;
    for (const index worker : sample_without_replacement(random, 7, random.below(5))) {
      const std::int64_t after = 1 + random.below(100);
      leaving.push_back(
          {{role::worker, static_cast<std::int32_t>(worker)}, after, after + 1 + random.below(6)});
    }
    if (random.below(2) == 0) {
      const std::int64_t after = 1 + random.below(60);
      leaving.push_back({{role::edge, static_cast<std::int32_t>(random.below(2))},
                         after,
                         after + 1 + random.below(6)});
    }
    BOOST_TEST_CONTEXT("case " << round) {
      check_against(train_while_they_leave(tests::small_setup(wanted), leaving), plain);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_run_without_anybody_waits_only_so_long_and_says_for_whom) {
  small_options wanted;
  wanted.workers = 2;
  const auto run = train_while_they_leave(tests::small_setup(wanted),
                                          {{{role::worker, 0}, 2, 2}, {{role::worker, 1}, 2, 2}});
  BOOST_TEST((run.outcome.summary.status == run_status::failed));
  const std::string reason = run.outcome.summary.reason->detail;
  BOOST_TEST(reason.find("0 of 2 nodes") != std::string::npos, reason);
}

BOOST_AUTO_TEST_CASE(recipes_make_the_same_plan_and_foreign_ones_none) {
  small_options wanted;
  wanted.workers = 6;
  wanted.policy = "fractional-repetition";
  wanted.stragglers = 1;
  const training_setup setup = tests::small_setup(wanted);
  coding::plan_choice choice = setup.choice;
  choice.idle_workers = {1, 3};
  const auto made = follow_recipe(setup, recipe_of(4, choice));
  BOOST_REQUIRE(made);
  BOOST_TEST(made->id == coding::in_epoch(setup.make_plan(choice).value(), 4).id);
  BOOST_TEST(made->id != setup.make_plan(choice)->id);
  BOOST_TEST(follow_recipe(setup, recipe_of(0, setup.choice))->id == setup.plan.id);
  choice.idle_workers = {3, 1};
  BOOST_TEST(!follow_recipe(setup, recipe_of(4, choice)).has_value());
  choice.idle_workers = {7};
  BOOST_TEST(!follow_recipe(setup, recipe_of(4, choice)).has_value());
  choice.idle_workers = {};
  choice.parts = 5;
  BOOST_TEST(!follow_recipe(setup, recipe_of(4, choice)).has_value());
  BOOST_TEST(!follow_recipe(setup, "").has_value());
  BOOST_TEST(!follow_recipe(setup, "1 no-such-code 6 0 0 1 0 1 0 0").has_value());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon
