#include <cmath>

#include <boost/test/unit_test.hpp>

#include "actors/remote/wire_size.hpp"
#include "tests/support/small_training.hpp"

using namespace echelon;
using tests::small_options;
using tests::small_setup;
using tests::train;

namespace {

double mean_round_s(const std::vector<actors::round_record>& rounds) {
  double sum = 0;
  for (const auto& round : rounds)
    sum += round.round_s;
  return sum / static_cast<double>(rounds.size());
}

/// A gradient that is not a number for one part.
class poisoned_model final : public learning::model {
public:
  poisoned_model(learning::model_ptr whole, echelon::index bad_row)
      : whole_(std::move(whole)), bad_row_(bad_row) {}
  precision kind() const override { return whole_->kind(); }
  echelon::index parameter_count() const override { return whole_->parameter_count(); }
  echelon::index buffer_count() const override { return whole_->buffer_count(); }
  std::span<const learning::tensor_spec> tensors() const override { return whole_->tensors(); }
  block initial_state(std::uint64_t seed) const override { return whole_->initial_state(seed); }
  std::unique_ptr<learning::workspace> make_workspace() const override {
    return whole_->make_workspace();
  }
  learning::batch_sums gradient(const block& state, const learning::batch& samples,
                                random_stream dropout, block_builder& sums,
                                learning::workspace& scratch) const override {
    const auto outcome = whole_->gradient(state, samples, dropout, sums, scratch);
    if (std::ranges::find(samples.rows, bad_row_) != samples.rows.end())
      sums.as<float>()[0] = std::nanf("");
    return outcome;
  }
  learning::batch_sums evaluate(const block& state, const learning::batch& samples,
                                learning::workspace& scratch) const override {
    return whole_->evaluate(state, samples, scratch);
  }

private:
  learning::model_ptr whole_;
  echelon::index bad_row_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(training)

BOOST_AUTO_TEST_CASE(exact_codes_follow_the_uncoded_loss_curve_of_softmax) {
  small_options run{.workers = 6, .rounds = 100};
  const auto plain = train(small_setup(run)).rounds;
  for (const auto& [policy, stragglers] :
       {std::pair{"fractional-repetition", 1}, {"fractional-repetition", 2}, {"cyclic", 2}}) {
    run.policy = policy;
    run.stragglers = stragglers;
    const auto coded = train(small_setup(run)).rounds;
    BOOST_REQUIRE(coded.size() == plain.size());
    for (std::size_t round = 0; round < plain.size(); ++round) {
      BOOST_TEST((coded[round].worth.kind == actors::certificate::outcome::exact));
      BOOST_REQUIRE_SMALL(*coded[round].train_loss / *plain[round].train_loss - 1, 1e-4);
    }
  }
}

BOOST_AUTO_TEST_CASE(fractional_repetition_takes_less_than_half_the_uncoded_time) {
  small_options run{.workers = 21, .rounds = 300};
  auto plain = small_setup(run);
  run.policy = "fractional-repetition";
  run.stragglers = 2;
  auto coded = small_setup(run);
  plain.gradients = coded.gradients = false;

  const double ratio = mean_round_s(train(coded).rounds) / mean_round_s(train(plain).rounds);

  BOOST_TEST(ratio < 0.40);
  BOOST_TEST(ratio > 0.15);
}

BOOST_AUTO_TEST_CASE(timing_only_runs_take_exactly_the_time_and_bytes_of_real_ones) {
  for (const char* policy : {"uncoded", "fractional-repetition", "cyclic", "ignore-stragglers"}) {
    auto setup = small_setup(
        {.policy = policy, .stragglers = policy == std::string{"uncoded"} ? 0 : 2});
    const auto real = train(setup);
    setup.gradients = false;
    const auto timed = train(setup);
    BOOST_TEST(timed.outcome.summary.time_s == real.outcome.summary.time_s);
    BOOST_TEST(timed.outcome.summary.bytes_up == real.outcome.summary.bytes_up);
    BOOST_TEST(timed.outcome.summary.bytes_down == real.outcome.summary.bytes_down);
    BOOST_TEST(timed.outcome.summary.parts.computed == real.outcome.summary.parts.computed);
    BOOST_TEST(timed.outcome.state.empty());
  }
}

BOOST_AUTO_TEST_CASE(a_tree_that_sums_at_its_edges_trains_like_a_star) {
  small_options run{.workers = 6, .rounds = 20};
  const auto star = train(small_setup(run));
  run.edges = value_list{2, value_list{1, 1}, 2};
  const auto tree = train(small_setup(run));

  for (std::size_t round = 0; round < star.rounds.size(); ++round)
    BOOST_REQUIRE_SMALL(*tree.rounds[round].train_loss / *star.rounds[round].train_loss - 1, 1e-4);
  BOOST_TEST(tree.rounds.front().senders.size() == 3U);
  BOOST_TEST(tree.rounds.front().worth.absent.empty());
  BOOST_TEST(tree.outcome.summary.links.size() == 2U * (6 + 5));
}

BOOST_AUTO_TEST_CASE(relaying_edges_change_neither_weights_nor_certificates) {
  small_options run{.policy = "fractional-repetition", .stragglers = 2, .workers = 6};
  run.delays = {};
  const auto star = train(small_setup(run));
  run.edges = value_list{3, 3};
  const auto tree = train(small_setup(run));

  BOOST_TEST(tree.outcome.summary.weights_hash == star.outcome.summary.weights_hash);
  BOOST_TEST(tree.outcome.summary.exact_rounds == star.outcome.summary.exact_rounds);
}

BOOST_AUTO_TEST_CASE(ignoring_stragglers_is_marked_approximate_with_its_residual) {
  const auto run = train(small_setup({.policy = "ignore-stragglers", .stragglers = 2}));

  for (const auto& round : run.rounds) {
    BOOST_TEST((round.worth.kind == actors::certificate::outcome::approximate));
    BOOST_TEST(round.worth.residual == std::sqrt(2.0 / 6.0), boost::test_tools::tolerance(1e-12));
    BOOST_TEST(round.worth.absent.size() == 2U);
    BOOST_TEST(round.senders.size() == 4U);
  }
}

BOOST_AUTO_TEST_CASE(every_part_is_accounted_for) {
  const auto run = train(small_setup({.policy = "fractional-repetition", .stragglers = 2}));
  for (const auto& round : run.rounds) {
    BOOST_TEST(round.parts.used == 6);
    BOOST_TEST(round.parts.computed == round.parts.used + round.parts.wasted);
    BOOST_TEST(round.parts.computed <= 18);
    BOOST_TEST(round.busy_s.at(role::worker) + round.idle_s.at(role::worker) == 6 * round.round_s,
               boost::test_tools::tolerance(1e-9));
  }
}

BOOST_AUTO_TEST_CASE(a_gradient_that_is_not_a_number_fails_the_round_and_says_whose) {
  auto setup = small_setup({.rounds = 5});
  setup.batch = 0;
  setup.model = std::make_shared<poisoned_model>(setup.model, setup.parts[3][0]);

  const auto run = train(setup);

  BOOST_TEST((run.outcome.summary.status == actors::run_status::failed));
  BOOST_TEST(run.outcome.summary.reason->detail.find("round 1: worker/3 sent") !=
             std::string::npos);
  BOOST_TEST(run.outcome.summary.failed_rounds == 1);
  BOOST_TEST((run.rounds.back().worth.kind == actors::certificate::outcome::failed));
}

BOOST_AUTO_TEST_CASE(a_lost_gradient_is_one_straggler_more_where_the_code_allows) {
  auto setup = small_setup({.policy = "cyclic", .stragglers = 2, .rounds = 5});
  setup.batch = 0;
  setup.model = std::make_shared<poisoned_model>(setup.model, setup.parts[3][0]);
  BOOST_TEST((train(setup).outcome.summary.status == actors::run_status::failed));  // all holders

  auto one_of_many = small_setup({.policy = "ignore-stragglers", .stragglers = 2, .rounds = 5});
  one_of_many.batch = 0;
  one_of_many.model = std::make_shared<poisoned_model>(one_of_many.model, one_of_many.parts[3][0]);
  BOOST_TEST((train(one_of_many).outcome.summary.status == actors::run_status::done));
}

BOOST_AUTO_TEST_CASE(grace_gathers_more_answers_and_lowers_the_amplification) {
  auto setup = small_setup({.policy = "cyclic", .stragglers = 2, .workers = 10, .rounds = 40});
  const auto eager = train(setup);
  setup.grace = seconds{30};
  const auto patient = train(setup);

  BOOST_TEST(patient.outcome.summary.amplification_max < eager.outcome.summary.amplification_max);
  BOOST_TEST(patient.outcome.summary.time_s > eager.outcome.summary.time_s);
}

BOOST_AUTO_TEST_CASE(a_time_limit_ends_the_run_at_a_round_boundary) {
  auto setup = small_setup({.rounds = 1000});
  setup.time_limit = seconds{1000};
  const auto run = train(setup);

  BOOST_TEST((run.outcome.summary.status == actors::run_status::done));
  BOOST_TEST(run.outcome.summary.time_s <= 1000.0);
  BOOST_TEST(run.outcome.summary.rounds == std::ssize(run.rounds));
  BOOST_TEST(run.outcome.summary.rounds < 100);
}

BOOST_AUTO_TEST_CASE(local_steps_send_model_changes_and_learn) {
  auto setup = small_setup({.rounds = 20});
  setup.local_steps = 5;
  const auto run = train(setup);

  BOOST_TEST((run.rounds.front().worth.scope == actors::certificate::scope_kind::delta));
  BOOST_TEST(*run.rounds.back().train_loss < 0.7 * *run.rounds.front().train_loss);
}

BOOST_AUTO_TEST_CASE(messages_cost_what_their_bytes_cost) {
  auto setup = small_setup({.rounds = 3});
  setup.delays = *transmission::delay_models().make("none", value_table{}, "delays",
                                                    transmission::delay_context{6, 0, 1});
  setup.links.near_up = {.bandwidth_bps = 1e6, .latency_s = 0.25};
  const auto run = train(setup);

  // That the model has come goes up, too, and nothing waits for it.
  const std::int64_t answers = remote::acknowledging_bytes(4 * setup.model->parameter_count());
  const auto bytes = static_cast<double>(run.rounds[0].bytes_up) / 6 - static_cast<double>(answers);
  BOOST_TEST(run.rounds[0].round_s == 0.25 + 8 * bytes / 1e6, boost::test_tools::tolerance(1e-6));
  BOOST_TEST(run.rounds[0].payload_bits_up == 6 * 32 * setup.model->parameter_count());
}

BOOST_AUTO_TEST_SUITE_END()
