#include <boost/test/unit_test.hpp>

#include "tests/support/small_training.hpp"

namespace echelon {
namespace {

using tests::small_setup;
using tests::train;

actors::training_setup asynchronous_setup(value_table settings, index rounds = 30) {
  return small_setup({.plan = coding::plan_choice{.policy = "asynchronous",
                                                  .settings = value{std::move(settings)},
                                                  .parts = 6},
                      .rounds = rounds});
}

}  // namespace

BOOST_AUTO_TEST_SUITE(asynchronous)

BOOST_AUTO_TEST_CASE(it_learns_without_waiting_for_slow_workers) {
  const auto free = train(asynchronous_setup({}, 60));
  auto waiting = small_setup({.policy = "uncoded", .rounds = 60});
  const auto uncoded = train(std::move(waiting));

  BOOST_TEST((free.outcome.summary.status == actors::run_status::done));
  BOOST_TEST(free.outcome.summary.rounds == 60);
  BOOST_TEST(free.outcome.summary.time_s < uncoded.outcome.summary.time_s);
  BOOST_TEST(*free.rounds.back().train_loss < 0.5 * *free.rounds.front().train_loss);
}

BOOST_AUTO_TEST_CASE(its_rounds_never_claim_to_be_exact_and_say_how_old_answers_were) {
  const auto run = train(asynchronous_setup({}));
  BOOST_TEST(run.outcome.summary.exact_rounds == 0);
  double oldest = 0;
  for (const auto& round : run.rounds) {
    BOOST_TEST(round.vectors.at(role::coordinator) >= 6);
    BOOST_TEST(round.facts.at("staleness_mean") <= round.facts.at("staleness_max"));
    oldest = std::max(oldest, round.facts.at("staleness_max"));
  }
  BOOST_TEST(oldest > 5);  // some worker was overtaken by all others at once
}

BOOST_AUTO_TEST_CASE(a_lead_of_nothing_makes_all_wait_for_all) {
  const auto run = train(asynchronous_setup({{"lead_max", 0}}));
  for (const auto& round : run.rounds) {
    BOOST_TEST(round.worth.residual == 0.0);  // everybody took part once
    BOOST_TEST(round.facts.at("staleness_max") <= 5);
  }
}

BOOST_AUTO_TEST_CASE(a_seed_gives_one_trace_and_a_death_is_survived) {
  const auto once = train(asynchronous_setup({})).outcome.summary;
  const auto again = train(asynchronous_setup({})).outcome.summary;
  BOOST_TEST(*once.trace_hash == *again.trace_hash);
  BOOST_TEST(once.weights_hash == again.weights_hash);

  const auto bereft = train(asynchronous_setup({{"lead_max", 2}}),
                            {.crashes = {{{role::worker, 3}, 40}, {{role::worker, 0}, 90}}});
  BOOST_TEST((bereft.outcome.summary.status == actors::run_status::done));
}

BOOST_AUTO_TEST_CASE(when_all_are_dead_the_run_says_so) {
  std::vector<actors::node_crash> crashes;
  for (std::int32_t worker = 0; worker < 6; ++worker)
    crashes.push_back({{role::worker, worker}, 30 + worker});
  const auto run = train(asynchronous_setup({}), {.crashes = crashes});
  BOOST_TEST((run.outcome.summary.status == actors::run_status::failed));
  BOOST_TEST((run.outcome.summary.reason->code == errc::too_many_stragglers));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon
