#include <cmath>

#include "actors/peers/peer_probing.hpp"
#include "algorithms/merging/mixing/convergence_bound.hpp"
#include "algorithms/merging/mixing/disagreement.hpp"
#include "tests/support/small_peers.hpp"

// Looks at the mean of all peers' models, and the bound they are held against.
namespace echelon::tests {
namespace {

using actors::peer_bound_question;

constexpr index peers = 4, steps = 3;

/// The bound with what the look found.
std::map<std::string, double> bound(const peer_bound_question& asked, double rate,
                                    double merge_every) {
  const merging::bound_terms terms{
      .peers = static_cast<double>(peers),
      .merge_every = merge_every,
      .steps = static_cast<double>(steps * asked.rounds),
      .rate = rate,
      .smoothness = std::max(asked.start.smoothness, asked.now.smoothness),
      .gap = asked.start.loss,
      .noise = std::max(asked.start.noise_most(), asked.now.noise_most()),
      .diversity = std::max(asked.start.by_level.front(), asked.now.by_level.front()),
      .contraction = std::sqrt(asked.contraction),
      .disagreement = asked.disagreement};
  const auto found = merging::bound_convergence(terms);
  return found ? std::map<std::string, double>{{"bound_merging", found->gradient},
                                               {"bound_disagreement", found->disagreement}}
               : std::map<std::string, double>{};
}

struct probed_run {
  finished_run run;
  std::vector<double> starts_apart;  ///< as bounds were told
};

probed_run train_probed(std::string_view rule, index every, double rate,
                        const actors::run_options& options = {}) {
  small_peers wanted{.peers = peers, .policy = std::string{rule}, .steps = steps};
  wanted.training.model = "softmax";
  wanted.training.model_settings = {};
  wanted.training.kind = precision::double_;
  wanted.training.rounds = 12;
  auto setup = peer_setup(wanted);
  setup.rate = rate;
  setup.weights = actors::weighting::uniform;
  const double merge_every = setup.peers->merges ? steps : 1;
  auto plan = std::make_shared<actors::peering>(*setup.peers);
  plan->probe_every = every;
  probed_run made;
  plan->bounds = [&](const peer_bound_question& asked) {
    made.starts_apart.push_back(asked.disagreement);
    return bound(asked, rate, merge_every);
  };
  setup.peers = plan;
  made.run = train(setup, options);
  return made;
}

bool probed(const actors::round_record& round) { return round.facts.contains("gradient_square"); }

}  // namespace

BOOST_AUTO_TEST_SUITE(peer_probes)

BOOST_AUTO_TEST_CASE(they_come_when_they_are_due_and_change_nothing) {
  const auto looked = train_probed("average", 5, 0.01), left = train_probed("average", 100, 0.01);
  for (const auto& round : looked.run.rounds)
    BOOST_TEST(probed(round) == (round.round % 5 == 0 || round.round == 12));
  BOOST_TEST(looked.run.outcome.summary.weights_hash == left.run.outcome.summary.weights_hash);
  BOOST_TEST(*looked.run.outcome.summary.trace_hash == *left.run.outcome.summary.trace_hash);
}

BOOST_AUTO_TEST_CASE(what_peers_do_stays_below_the_bound) {
  for (const std::string_view rule : {"average", "cdsgd", "sync"})
    BOOST_TEST_CONTEXT(rule) {
      const auto made = train_probed(rule, 1, 0.002);
      double gradient = 0, apart = 0;
      for (const auto& round : made.run.rounds) {
        BOOST_REQUIRE(round.facts.contains("bound_merging"));
        gradient += round.facts.at("gradient_square");
        apart += round.facts.at("disagreement");
        const auto rounds = static_cast<double>(round.round);
        BOOST_TEST(gradient / rounds <= round.facts.at("bound_merging"));
        BOOST_TEST(apart / rounds <= round.facts.at("bound_disagreement"));
      }
    }
}

BOOST_AUTO_TEST_CASE(the_start_is_what_peers_began_with) {
  for (const std::string_view rule : {"average", "cdsgd"}) {
    const auto made = train_probed(rule, 3, 1e-300);
    BOOST_REQUIRE(!made.starts_apart.empty());
    // Peers that learn nothing are closest in the end.
    const auto& rounds = made.run.rounds;
    BOOST_TEST(made.starts_apart.front() >= rounds.front().facts.at("disagreement"));
    BOOST_TEST(made.starts_apart.front() > 0);
    BOOST_TEST(made.starts_apart.front() == made.starts_apart.back());
  }
}

BOOST_AUTO_TEST_CASE(once_a_link_was_missed_there_is_no_bound) {
  const auto made = train_probed("average", 1, 0.002, {.crashes = {{{role::peer, 2}, 40}}});
  BOOST_TEST(made.run.rounds.front().facts.contains("bound_merging"));
  BOOST_TEST(!made.run.rounds.back().facts.contains("bound_merging"));
  BOOST_TEST(probed(made.run.rounds.back()));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon::tests
