#include "tests/support/small_peers.hpp"

// What exchanges leave of the disagreement, beside what the graph promises.
namespace echelon::tests {
namespace {

finished_run train_at_rest(std::string_view rule) {
  small_peers wanted{.peers = 6, .policy = std::string{rule}};
  wanted.training.kind = precision::double_;
  wanted.training.rounds = 20;
  auto setup = peer_setup(wanted);
  setup.rate = 1e-300;
  return train(setup);
}

double fact(const actors::round_record& round, const char* name) { return round.facts.at(name); }

}  // namespace

BOOST_AUTO_TEST_SUITE(contractions)

BOOST_AUTO_TEST_CASE(exchanges_contract_as_predicted_at_worst_and_in_the_end) {
  for (const std::string_view rule : {"average", "cdsgd"}) {
    const auto run = train_at_rest(rule);
    for (const auto& round : run.rounds)
      BOOST_TEST(fact(round, "contraction") <= fact(round, "contraction_predicted") + 1e-9);
    // The slowest mode is all that is left by then: 1e-3 of the others' share.
    const auto& last = run.rounds.back();
    BOOST_TEST(fact(last, "contraction") == fact(last, "contraction_predicted"),
               boost::test_tools::tolerance(1e-3));
    BOOST_TEST(fact(last, "contraction_mean") < fact(last, "contraction_predicted"));
  }
}

BOOST_AUTO_TEST_CASE(the_reference_leaves_nothing_and_predicts_nothing) {
  const auto run = train_at_rest("fedavg");
  for (const auto& round : run.rounds) {
    BOOST_TEST(round.facts.count("contraction_predicted") == 0u);
    if (round.facts.contains("contraction") && round.facts.at("neighbour_distance") > 1e-20)
      BOOST_TEST(fact(round, "contraction") < 1e-20);
  }
}

BOOST_AUTO_TEST_CASE(nothing_is_said_where_units_have_no_common_order) {
  BOOST_TEST(train_at_rest("dimat").rounds.front().facts.count("contraction") == 0u);
  BOOST_TEST(train_at_rest("sync").rounds.front().facts.count("contraction") == 1u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::tests
