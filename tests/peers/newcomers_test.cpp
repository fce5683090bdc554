#include "tests/support/small_peers.hpp"

// Peers that take the seat of one that has died.
namespace echelon::tests {
namespace {

using actors::certificate;
using actors::waiting_for;

constexpr node_id seat{role::peer, 2};

struct departure {
  std::int64_t dies_after = 17, comes_after = 30;

  actors::run_options options() const { return {.crashes = {{seat, dies_after, comes_after}}}; }
};

small_peers long_run(std::string_view rule) {
  small_peers wanted{.policy = std::string{rule}};
  wanted.training.rounds = 12;
  return wanted;
}

bool took_part(const actors::round_record& round) {
  return std::ranges::find(round.senders, seat) != round.senders.end();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(newcomers)

BOOST_AUTO_TEST_CASE(a_new_peer_takes_part_and_all_edges_count_again) {
  for (const std::string_view rule :
       {"average", "sync", "dimat", "cdsgd", "cga", "sgp", "fedavg", "gradient-tracking"})
    for (const departure when :
         {departure{}, departure{1, 2}, departure{17, 18}, departure{40, 44}})
      BOOST_TEST_CONTEXT(rule << " gone after " << when.dies_after << ", back after "
                              << when.comes_after) {
        const auto run = train(peer_setup(long_run(rule)), when.options());
        BOOST_TEST((run.outcome.summary.status == actors::run_status::done));
        BOOST_REQUIRE(run.rounds.size() == 12u);
        BOOST_TEST(took_part(run.rounds.back()));
        BOOST_TEST((run.rounds.back().worth.kind == certificate::outcome::exact));
        BOOST_TEST(run.rounds.back().worth.absent.empty());
        BOOST_TEST(*run.rounds.back().train_loss < *run.rounds.front().train_loss);
      }
}

BOOST_AUTO_TEST_CASE(it_goes_on_from_a_neighbours_model) {
  // Peers that learn nothing come ever closer; one that kept its first model would be far off.
  small_peers wanted = long_run("average");
  wanted.training.kind = precision::double_;
  auto setup = peer_setup(wanted);
  setup.rate = 1e-300;
  const auto run = train(setup, departure{17, 50}.options());
  BOOST_TEST(took_part(run.rounds.back()));
  for (std::size_t round = 1; round < run.rounds.size(); ++round)
    BOOST_TEST(run.rounds[round].facts.at("disagreement") <
               1.5 * run.rounds[round - 1].facts.at("disagreement"));
}

BOOST_AUTO_TEST_CASE(rounds_without_it_say_so) {
  const auto run = train(peer_setup(long_run("average")), departure{17, 40}.options());
  const auto missed = std::ranges::count_if(run.rounds, [](const auto& round) {
    return round.worth.kind == certificate::outcome::approximate &&
           round.worth.absent == std::vector<node_id>{seat};
  });
  BOOST_TEST(missed > 1);
  BOOST_TEST(missed < 8);
}

BOOST_AUTO_TEST_CASE(pairs_that_run_freely_take_it_in_where_the_furthest_is) {
  for (const departure when : {departure{}, departure{17, 18}}) {
    const auto run = train(peer_setup(long_run("swarm-sgd")), when.options());
    BOOST_TEST((run.outcome.summary.status == actors::run_status::done));
    BOOST_TEST(run.rounds.size() == 12u);
  }
}

BOOST_AUTO_TEST_CASE(it_comes_where_nobody_waits_too) {
  for (const waiting_for mode : {waiting_for::recent, waiting_for::nobody}) {
    small_peers wanted = long_run("average");
    wanted.absence = "stale";
    wanted.mode = mode;
    const auto run = train(peer_setup(wanted), departure{}.options());
    BOOST_TEST((run.outcome.summary.status == actors::run_status::done));
    BOOST_TEST(took_part(run.rounds.back()));
  }
}

BOOST_AUTO_TEST_CASE(one_that_dies_while_it_joins_holds_nobody_up) {
  for (const std::int64_t after : {31, 32, 33, 35}) {
    actors::run_options options = departure{}.options();
    options.crashes.push_back({seat, after});
    const auto run = train(peer_setup(long_run("average")), options);
    BOOST_TEST((run.outcome.summary.status == actors::run_status::done));
    BOOST_TEST(run.rounds.size() == 12u);
  }
}

BOOST_AUTO_TEST_CASE(the_same_seed_is_the_same_run) {
  const auto once = train(peer_setup(long_run("dimat")), departure{}.options()).outcome.summary;
  const auto again = train(peer_setup(long_run("dimat")), departure{}.options()).outcome.summary;
  BOOST_TEST(once.trace_hash.value() == again.trace_hash.value());
  BOOST_TEST(once.weights_hash == again.weights_hash);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::tests
