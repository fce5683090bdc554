#include "tests/support/peer_runs.hpp"

#include "tests/support/small_peers.hpp"

// Specification 13.4: what each rule sends, counted in models.
namespace echelon::tests {
namespace {

/// Payload of the rounds in models, for one peer and one of its neighbours.
double models_a_round(const small_peers& wanted) {
  const auto setup = peer_setup(wanted);
  const auto run = train(setup);
  BOOST_REQUIRE(!run.rounds.empty());
  const index model_bits = 32 * (setup.model->parameter_count() + setup.model->buffer_count());
  double models = 0;
  for (const auto& round : run.rounds)
    models += static_cast<double>(round.payload_bits_up) / static_cast<double>(model_bits);
  const auto links = static_cast<double>(setup.peers->network.all_links().messages());
  return models / links / static_cast<double>(run.rounds.size());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(peer_bytes)

BOOST_AUTO_TEST_CASE(rules_that_merge_send_a_model_a_round_over_each_link) {
  for (const std::string_view graph : {"ring", "full"})
    for (const std::string_view rule : {"average", "dimat", "dimat-paper"})
      BOOST_TEST_CONTEXT(graph << ' ' << rule)
  BOOST_TEST(
      models_a_round(
          {.graph = std::string{graph}, .peers = 5, .policy = std::string{rule}, .steps = 7}) == 1);
}

BOOST_AUTO_TEST_CASE(rules_that_mix_send_one_a_step_and_cross_gradients_twice_that) {
  for (const std::string_view graph : {"ring", "full"}) {
    const auto sent = [&](const char* rule) {
      return models_a_round({.graph = std::string{graph}, .peers = 5, .policy = rule, .steps = 7});
    };
    BOOST_TEST(sent("cdsgd") == 7);
    BOOST_TEST(sent("cdmsgd") == 7);
    BOOST_TEST(sent("sgp") == 7, boost::test_tools::tolerance(0.02));  // and its mass, a number
    BOOST_TEST(sent("cga") == 2 * 7);  // what is asked about and then mixed, and the answer
  }
}

// Their own batch moves them between the question and the mixing.
BOOST_AUTO_TEST_CASE(cross_gradients_send_the_statistics_of_batch_norm_once_more) {
  small_peers wanted{.peers = 5, .policy = "cga", .steps = 7};
  wanted.training.model_settings.insert_or_assign("norm", "batch");
  const auto& model = *peer_setup(wanted).model;
  const auto buffers = static_cast<double>(model.buffer_count());
  BOOST_REQUIRE(buffers > 0);
  const double share = buffers / (static_cast<double>(model.parameter_count()) + buffers);
  BOOST_TEST(models_a_round(wanted) == (2 + share) * 7, boost::test_tools::tolerance(1e-9));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::tests
