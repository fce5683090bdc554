#include <cmath>

#include <boost/test/unit_test.hpp>

#include "tests/support/small_training.hpp"

namespace echelon {
namespace {

using actors::certificate;
using actors::node_crash;
using coding::beyond_tolerance;
using tests::small_setup;
using tests::train;

/// Six workers in three groups of two; both of the last group die in the second round.
tests::finished_run bereft(beyond_tolerance how) {
  auto setup = small_setup({.plan = coding::plan_choice{.policy = "fractional-repetition",
                                                        .parts = 6,
                                                        .stragglers = 1,
                                                        .beyond = how},
                            .kind = precision::double_,
                            .rounds = 5});
  setup.batch = 0;
  return train(std::move(setup), {.crashes = {{{role::worker, 4}, 20}, {{role::worker, 5}, 21}}});
}

tests::finished_run undisturbed() {
  auto setup = small_setup({.plan = coding::plan_choice{.policy = "uncoded", .parts = 6},
                            .kind = precision::double_,
                            .rounds = 5});
  setup.batch = 0;
  return train(std::move(setup));
}

/// Answers with another plan once, after the second round, and has its data moved for a while.
class one_change final : public coding::replanner {
public:
  explicit one_change(coding::work_plan other) : other_(std::move(other)) {}

  void observe(std::span<const coding::node_sample> workers,
               std::span<const coding::node_sample>) override {
    seen_ += std::ssize(workers);
  }
  std::optional<coding::new_plan> consider(index) override {
    if (changed_)
      return std::nullopt;
    changed_ = true;
    return coding::new_plan{other_, {}, 1000};
  }
  std::string memory() const override { return changed_ ? "changed" : "first"; }
  result<std::optional<coding::new_plan>> restore(std::string_view memory) override {
    changed_ = memory == "changed";
    return changed_ ? std::optional{coding::new_plan{other_, {}}} : std::nullopt;
  }

private:
  coding::work_plan other_;
  index seen_ = 0;
  bool changed_ = false;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(mending)

BOOST_AUTO_TEST_CASE(without_a_way_to_go_on_the_round_fails_and_says_who_is_dead) {
  const auto run = bereft(beyond_tolerance::fail);
  BOOST_TEST((run.outcome.summary.status == actors::run_status::failed));
  BOOST_TEST(run.outcome.summary.reason->detail.find("is dead") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(reissued_parts_make_every_round_exact) {
  const auto run = bereft(beyond_tolerance::reissue);
  const auto plain = undisturbed();
  BOOST_TEST((run.outcome.summary.status == actors::run_status::done));
  BOOST_TEST(run.outcome.summary.exact_rounds == 5);
  for (std::size_t round = 0; round < run.rounds.size(); ++round)
    BOOST_TEST(std::abs(*run.rounds[round].train_loss - *plain.rounds[round].train_loss) < 1e-9);
}

BOOST_AUTO_TEST_CASE(least_squares_go_on_and_certify_what_is_missing) {
  const auto run = bereft(beyond_tolerance::least_squares);
  BOOST_TEST((run.outcome.summary.status == actors::run_status::done));
  BOOST_TEST(run.outcome.summary.failed_rounds == 0);
  const certificate& last = run.rounds.back().worth;
  BOOST_TEST((last.kind == certificate::outcome::approximate));
  BOOST_TEST(last.residual == std::sqrt(2.0 / 6), boost::test_tools::tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(another_plan_takes_over_between_rounds_and_its_data_take_their_time) {
  auto setup = small_setup({.policy = "uncoded", .kind = precision::double_, .rounds = 6});
  setup.batch = 0;
  const auto steady = train(setup);
  const auto other = *coding::make_plan(
      setup.topology, coding::codes(),
      {.policy = "fractional-repetition", .parts = 6, .stragglers = 1});
  setup.make_replanner = [other] { return std::make_unique<one_change>(other); };
  setup.replan_every = 2;
  const auto changed = train(setup);

  BOOST_TEST(changed.outcome.summary.exact_rounds == 6);
  BOOST_TEST(changed.rounds[1].senders.size() == 6U);
  BOOST_TEST(changed.rounds[2].senders.size() == 3U);
  BOOST_TEST(changed.rounds[2].round_s > 1000);
  BOOST_TEST(changed.rounds[3].round_s < 1000);
  for (std::size_t round = 0; round < 6; ++round)
    BOOST_TEST(std::abs(*changed.rounds[round].train_loss - *steady.rounds[round].train_loss) <
               1e-9);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon
