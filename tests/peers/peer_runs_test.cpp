#include "tests/support/peer_runs.hpp"

#include <numeric>

#include "algorithms/base/hash.hpp"
#include "algorithms/merging/mixing/disagreement.hpp"
#include "tests/support/small_peers.hpp"

// Peers as actors: that they do what their rules say, whatever happens on the way.
namespace echelon::tests {
namespace {

using actors::waiting_for;

/// Every rule that this number of peers on a ring can go by.
std::vector<std::string> all_rules() {
  auto names = merging::mixing_rules().names();
  for (const auto& name : merging::merge_rules().names())
    names.push_back(name);
  return names;
}

/// The rule's own driver over the same gradients.
std::vector<block> driven(const small_peers& wanted) {
  const auto setup = peer_setup(wanted);
  const auto& plan = *setup.peers;
  std::vector<block> starts;
  for (index peer = 0; peer < wanted.peers; ++peer)
    starts.push_back(setup.model->initial_state(
        hash_combine(setup.init_seed, static_cast<std::uint64_t>(peer) + 1)));
  merging::peer_run run{plan.mixes, plan.network,
                        starts,     setup.model->parameter_count(),
                        {},         random_stream{setup.seed, "peers.meetings"}};
  const auto scratch = setup.model->make_workspace();
  for (index step = 0; step < wanted.steps * wanted.training.rounds; ++step)
    run.step(
        [&](index peer, const block& point) {
          actors::epochs batches{setup.parts[slot(peer)], setup.batch, setup.data_seed, peer};
          block_builder sums{point.size(), point.kind()};
          const auto outcome = setup.model->gradient(
              point, {setup.data.train.get(), batches.rows(step)}, {1, "unused"}, sums, *scratch);
          merging::assign_sum(sums, {0, sums.size()},
                              {{1 / static_cast<double>(outcome.samples), sums}});
          return block::freeze(std::move(sums));
        },
        setup.rate);
  std::vector<block> models;
  for (const auto& peer : run.peers)
    models.push_back(plan.mixes->point(peer));
  return models;
}

std::vector<double> mean_of_models(const std::vector<block>& models) {
  std::vector<double> mean(slot(models.front().size()));
  for (const block& model : models)
    for (std::size_t i = 0; i < mean.size(); ++i)
      mean[i] += model.as<double>()[i] / static_cast<double>(models.size());
  return mean;
}

/// Peers whose learning moves nothing, so that the mean of their models is an invariant.
small_peers at_rest(std::string_view rule, double loss) {
  small_peers wanted{.peers = 6, .policy = std::string{rule}};
  wanted.training.kind = precision::double_;
  wanted.training.rounds = 8;
  wanted.patience = seconds{1000};
  if (loss > 0)
    wanted.faults = {value_table{{"kind", "loss"},
                                 {"link", "peer/0..5"},
                                 {"to", "peer/0..5"},
                                 {"probability", loss},
                                 {"resent", false}}};
  return wanted;
}

double worst_shift_of_mean(const small_peers& wanted) {
  auto setup = peer_setup(wanted);
  setup.rate = 1e-300;
  std::vector<block> starts;
  for (index peer = 0; peer < wanted.peers; ++peer)
    starts.push_back(setup.model->initial_state(
        hash_combine(setup.init_seed, static_cast<std::uint64_t>(peer) + 1)));
  const auto before = mean_of_models(starts);
  const auto after = mean_of_models(train(setup).outcome.peers);
  double worst = 0;
  for (index i = 0; i < setup.model->parameter_count(); ++i)
    worst = std::max(worst, std::abs(after[slot(i)] - before[slot(i)]));
  return worst;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(peer_runs)

BOOST_AUTO_TEST_CASE(actors_end_with_the_models_of_the_rules_own_driver) {
  for (const auto& rule : merging::mixing_rules().names())
    BOOST_TEST_CONTEXT(rule) {
      const small_peers wanted{.policy = rule};
      const auto by_hand = driven(wanted);
      const auto by_actors = train(peer_setup(wanted)).outcome.peers;
      BOOST_REQUIRE(by_hand.size() == by_actors.size());
      for (std::size_t peer = 0; peer < by_hand.size(); ++peer)
        BOOST_TEST(by_hand[peer].hash() == by_actors[peer].hash());
    }
}

BOOST_AUTO_TEST_CASE(every_rule_tells_every_round_and_learns) {
  for (const auto& rule : all_rules())
    BOOST_TEST_CONTEXT(rule) {
      small_peers wanted{.policy = rule, .steps = 10, .different_starts = false};
      wanted.training.rounds = 6;
      const auto run = train(peer_setup(wanted));
      BOOST_TEST((run.outcome.summary.status == actors::run_status::done));
      BOOST_REQUIRE(run.rounds.size() == 6u);
      BOOST_TEST(run.rounds.back().accuracy_after_train.has_value());
      BOOST_TEST(run.rounds.back().accuracy_after_merge.has_value());
      BOOST_TEST(*run.rounds.back().train_loss < *run.rounds.front().train_loss);
      BOOST_TEST((run.rounds.back().worth.kind == actors::certificate::outcome::exact));
      BOOST_TEST(run.outcome.peers.size() == 4u);
    }
}

BOOST_AUTO_TEST_CASE(threads_change_nothing_where_everybody_waits) {
  for (const std::string_view rule : {"cga", "sgp", "dimat", "sync", "swarm-sgd"})
    BOOST_TEST_CONTEXT(rule) {
      small_peers wanted{.policy = std::string{rule}};
      wanted.training.delays = {};
      const auto apart = train(peer_setup(wanted));
      const auto together = train(peer_setup(wanted),
                                  {.world = actors::world_kind::local, .threads = 3});
      BOOST_TEST(apart.outcome.summary.weights_hash == together.outcome.summary.weights_hash);
    }
}

BOOST_AUTO_TEST_CASE(the_same_seed_is_the_same_run_in_every_mode) {
  for (const waiting_for mode : {waiting_for::everyone, waiting_for::recent, waiting_for::nobody}) {
    small_peers wanted{.policy = "dimat", .absence = "stale", .mode = mode};
    const auto once = train(peer_setup(wanted)).outcome.summary;
    const auto again = train(peer_setup(wanted)).outcome.summary;
    BOOST_TEST(once.trace_hash.value() == again.trace_hash.value());
    BOOST_TEST(once.weights_hash == again.weights_hash);
    wanted.training.seed = 2;
    BOOST_TEST(once.weights_hash != train(peer_setup(wanted)).outcome.summary.weights_hash);
  }
}

BOOST_AUTO_TEST_CASE(nobody_waits_for_a_slow_peer_in_asynchronous_mode) {
  small_peers wanted{.policy = "average", .absence = "stale"};
  wanted.training.rounds = 20;
  wanted.training.delays = {
      {"workers",
       value_list{value_table{{"compute_shift_s", 100.0}}, value_table{{"compute_shift_s", 1.0}},
                  value_table{{"compute_shift_s", 1.0}}, value_table{{"compute_shift_s", 1.0}}}}};
  const auto last_answers = [&](waiting_for mode) {
    wanted.mode = mode;
    const auto run = train(peer_setup(wanted));
    double others = 0;
    for (std::size_t peer = 1; peer < 4; ++peer)
      others = std::max(others, run.rounds.front().answer_s[peer].value());
    return others;
  };
  BOOST_TEST(last_answers(waiting_for::nobody) < 4);
  BOOST_TEST(last_answers(waiting_for::recent) < 4);  // the first round may be behind by one
}

BOOST_AUTO_TEST_CASE(lost_messages_keep_the_mean_where_that_is_promised) {
  BOOST_TEST(worst_shift_of_mean(at_rest("cdsgd", 0)) < 1e-12);
  BOOST_TEST(worst_shift_of_mean(at_rest("cdsgd", 0.1)) < 1e-12);
  BOOST_TEST(worst_shift_of_mean(at_rest("average", 0.1)) < 1e-12);
  BOOST_TEST(worst_shift_of_mean(at_rest("average", 0.5)) < 1e-12);
  auto one_sided = at_rest("average", 0.1);
  one_sided.absence = "self";
  BOOST_TEST(worst_shift_of_mean(one_sided) > 1e-4);
}

BOOST_AUTO_TEST_CASE(running_sums_find_the_mean_again_once_messages_come) {
  for (const double loss : {0.1, 0.5}) {
    auto wanted = at_rest("sgp", loss);
    wanted.settings = {{"running_sums", true}};
    wanted.absence = "self";
    wanted.faults[0].table()["for_s"] = 1e5;
    wanted.training.rounds = 60;
    BOOST_TEST(worst_shift_of_mean(wanted) < 1e-9);
    wanted.settings = {};
    BOOST_TEST(worst_shift_of_mean(wanted) > 1e-4);
  }
}

BOOST_AUTO_TEST_CASE(a_round_with_lost_messages_is_approximate_and_says_who_was_missing) {
  auto wanted = at_rest("average", 0.3);
  const auto run = train(peer_setup(wanted));
  const auto missing = std::ranges::count_if(run.rounds, [](const auto& round) {
    return round.worth.kind == actors::certificate::outcome::approximate &&
           !round.worth.absent.empty() && round.worth.residual > 0;
  });
  BOOST_TEST(missing > 4);
}

BOOST_AUTO_TEST_CASE(those_who_are_left_go_on_when_a_peer_dies) {
  for (const std::string_view rule : {"dimat", "cdsgd", "cga", "fedavg"})
    for (const std::int64_t when : {1, 5, 17}) {
      BOOST_TEST_CONTEXT(rule << " after " << when) {
        const actors::run_options options{.crashes = {{{role::peer, 2}, when}}};
        const auto run = train(peer_setup({.policy = std::string{rule}}), options);
        BOOST_TEST((run.outcome.summary.status == actors::run_status::done));
        BOOST_TEST(run.rounds.size() == 3u);
        const auto& worth = run.rounds.back().worth;
        BOOST_TEST((worth.kind == actors::certificate::outcome::approximate));
        BOOST_TEST((worth.absent == std::vector<node_id>{{role::peer, 2}}));
      }
    }
}

BOOST_AUTO_TEST_CASE(a_run_ends_as_failed_when_nobody_is_left) {
  actors::run_options options;
  for (std::int32_t peer = 0; peer < 4; ++peer)
    options.crashes.push_back({{role::peer, peer}, 3 + peer});
  const auto run = train(peer_setup({}), options);
  BOOST_TEST((run.outcome.summary.status == actors::run_status::failed));
  BOOST_TEST(run.outcome.summary.reason.value().detail == "no peer is left");
}

BOOST_AUTO_TEST_CASE(bytes_are_what_the_graph_and_the_model_make_them) {
  // Specification 13.4: degree times model a merge, each peer; no other large value.
  small_peers wanted{.peers = 5, .policy = "average"};
  const auto setup = peer_setup(wanted);
  const auto run = train(setup);
  const auto model_bits = 32 * (setup.model->parameter_count() + setup.model->buffer_count());
  for (const auto& round : run.rounds)
    BOOST_TEST(round.payload_bits_up == 5 * 2 * model_bits);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::tests
