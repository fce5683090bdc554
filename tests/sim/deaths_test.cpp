#include <algorithm>
#include <cmath>

#include <boost/test/unit_test.hpp>

#include "algorithms/base/random.hpp"
#include "tests/support/small_training.hpp"

namespace echelon {
namespace {

using actors::certificate;
using actors::node_crash;
using coding::plan_choice;
using tests::small_options;

constexpr index rounds = 3;
/// Deaths fall on any of the first so many messages: within the first two rounds of most cases.
constexpr index messages = 120;

/// One drawn case: a small cluster, a code over it, and who dies when.
struct drawn_case {
  small_options run;
  std::vector<node_crash> deaths;
  std::string text;
};

std::vector<index> drawn_sizes(random_stream& random) {
  std::vector<index> sizes(static_cast<std::size_t>(2 + random.below(3)));
  for (index& size : sizes)
    size = 2 + random.below(3);
  return sizes;
}

node_crash death(random_stream& random, role kind, index number) {
  return {{kind, static_cast<std::int32_t>(number)}, 1 + random.below(messages)};
}

/// At most `dead_edges` edges, and of every edge at most `dead_workers` workers.
std::vector<node_crash> drawn_deaths(random_stream& random, const std::vector<index>& sizes,
                                     index dead_edges, index dead_workers) {
  std::vector<node_crash> deaths;
  for (const index edge : sample_without_replacement(random, std::ssize(sizes), dead_edges))
    deaths.push_back(death(random, role::edge, edge));
  index first = 0;
  for (const index size : sizes) {
    for (const index worker :
         sample_without_replacement(random, size, std::min(size, dead_workers)))
      deaths.push_back(death(random, role::worker, first + worker));
    first += size;
  }
  return deaths;
}

std::string text_of(const drawn_case& made) {
  const plan_choice& plan = *made.run.plan;
  std::string text = fmt::format("{} s={} s_e={} s_w={} K={} edges={}", plan.policy,
                                 plan.stragglers, plan.edge_stragglers.front(),
                                 plan.worker_stragglers.front(), plan.parts, made.run.edges.toml());
  for (const std::string& layer : plan.layers)
    text += " " + layer;
  for (const node_crash& one : made.deaths)
    text += fmt::format(", {} dies after message {}", to_string(one.node), one.after_messages);
  return text;
}

/// A hierarchical code, and deaths up to `excess` beyond what it survives.
drawn_case draw_hierarchical(random_stream& random, index excess) {
  const auto sizes = drawn_sizes(random);
  const index smallest = *std::ranges::min_element(sizes);
  const index edge_stragglers = random.below(std::ssize(sizes));
  const index worker_stragglers = random.below(smallest);
  static const std::vector<std::string> kinds{"polynomial", "frc"};
  drawn_case made;
  value_list edges;
  index workers = 0;
  for (const index size : sizes) {
    edges.emplace_back(size);
    workers += size;
  }
  made.run.edges = edges;
  made.run.plan = plan_choice{.policy = "hierarchical",
                              .parts = workers * (1 + random.below(2)),
                              .layers = {kinds[static_cast<std::size_t>(random.below(2))],
                                         kinds[static_cast<std::size_t>(random.below(2))]},
                              .edge_stragglers = {edge_stragglers},
                              .worker_stragglers = {worker_stragglers}};
  made.deaths = drawn_deaths(random, sizes, std::min(std::ssize(sizes), edge_stragglers + excess),
                             worker_stragglers + excess);
  return made;
}

tree topology_of(const drawn_case& made) {
  return made.run.edges.list().empty() ? tree::star(made.run.workers)
                                       : *tree::from_edges(made.run.edges);
}

/// A flat code over a star, or over the workers of a tree whose edges relay.
drawn_case draw_flat(random_stream& random, index excess) {
  static const std::vector<std::string> policies = coding::codes().names();
  drawn_case made;
  made.run.workers = 4 + 2 * random.below(4);
  made.run.plan = plan_choice{
      .policy = policies[static_cast<std::size_t>(random.below(std::ssize(policies)))],
      .parts = made.run.workers,
      .stragglers = random.below(3)};
  if (random.bernoulli(0.5))
    made.run.edges = value_list{made.run.workers / 2, made.run.workers - made.run.workers / 2};
  const auto plan = coding::make_plan(topology_of(made), coding::codes(), *made.run.plan);
  if (!plan)
    return made;
  // Some codes bear slow workers but no dead ones.
  const index survived = plan->root_code->shape().stragglers;
  const index dead = std::min(made.run.workers, survived + excess);
  for (const index worker : sample_without_replacement(random, made.run.workers, dead))
    made.deaths.push_back(death(random, role::worker, worker));
  return made;
}

/// Some codes refuse some shapes: those are drawn again.
bool possible(const drawn_case& made) {
  return coding::make_plan(topology_of(made), coding::codes(), *made.run.plan).has_value();
}

template <class Draw>
drawn_case draw_possible(random_stream& random, index excess, std::uint64_t seed, Draw draw) {
  drawn_case made;
  do
    made = draw(random, excess);
  while (!possible(made));
  made.run.kind = precision::double_;
  made.run.rounds = rounds;
  made.run.samples = 60;
  made.run.seed = seed;
  made.text = text_of(made);
  return made;
}

tests::finished_run run_with(const drawn_case& made, bool die) {
  auto setup = tests::small_setup(made.run);
  setup.batch = 0;
  setup.evaluate_every = rounds;
  setup.seeded_interleaving = true;
  return tests::train(std::move(setup), {.crashes = die ? made.deaths : std::vector<node_crash>{}});
}

/// The same training without any code, on the same parts.
tests::finished_run run_plainly(const drawn_case& made) {
  auto setup = tests::small_setup(made.run);
  setup.batch = 0;
  setup.topology = tree::star(setup.plan.parts);
  setup.plan = *coding::make_plan(setup.topology, coding::codes(),
                                  {.policy = "uncoded", .parts = setup.plan.parts});
  setup.delays = *transmission::delay_models().make(
      "none", value_table{}, "delays",
      transmission::delay_context{setup.topology.workers(), 0, made.run.seed});
  setup.evaluate_every = rounds;
  return tests::train(std::move(setup));
}

/// Rounds that claim to be exact must have the plain run's loss; the first that does not claim it
/// ends the comparison, for from then on the weights may differ.
void check_claims(const drawn_case& made, const tests::finished_run& dead) {
  const auto plain = run_plainly(made);
  for (std::size_t round = 0; round < dead.rounds.size(); ++round) {
    const certificate& worth = dead.rounds[round].worth;
    if (worth.kind != certificate::outcome::exact)
      return;
    const double expected = *plain.rounds[round].train_loss;
    // Double rounding, amplified by the code and by a step or two of training.
    BOOST_TEST(std::abs(*dead.rounds[round].train_loss - expected) <=
               1e-9 * std::max(1.0, worth.amplification) * std::abs(expected));
  }
}

void check_ended(const tests::finished_run& run) {
  const auto& summary = run.outcome.summary;
  if (summary.status == actors::run_status::done)
    return;
  // A hang would end as "no node has anything left to do".
  BOOST_TEST((summary.status == actors::run_status::failed));
  BOOST_TEST((summary.reason->code == errc::too_many_stragglers));
  BOOST_TEST((run.rounds.back().worth.kind == certificate::outcome::failed));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(deaths)

BOOST_AUTO_TEST_CASE(hierarchical_codes_stay_exact_whoever_dies_within_tolerance_and_whenever) {
  for (std::uint64_t seed = 0; seed < 900; ++seed) {
    random_stream random{seed, "deaths"};
    const auto made = draw_possible(random, 0, seed, draw_hierarchical);
    BOOST_TEST_CONTEXT("seed " << seed << ": " << made.text) {
      const auto run = run_with(made, true);
      BOOST_TEST((run.outcome.summary.status == actors::run_status::done));
      BOOST_TEST(run.outcome.summary.exact_rounds == rounds);
      check_claims(made, run);
    }
  }
}

BOOST_AUTO_TEST_CASE(flat_codes_end_every_round_and_claim_nothing_wrong) {
  for (std::uint64_t seed = 0; seed < 900; ++seed) {
    random_stream random{seed, "deaths.flat"};
    const auto made = draw_possible(random, 0, seed, draw_flat);
    BOOST_TEST_CONTEXT("seed " << seed << ": " << made.text) {
      const auto run = run_with(made, true);
      BOOST_TEST((run.outcome.summary.status == actors::run_status::done));
      check_claims(made, run);
    }
  }
}

BOOST_AUTO_TEST_CASE(beyond_tolerance_a_run_says_so_and_never_hangs) {
  for (std::uint64_t seed = 0; seed < 600; ++seed) {
    random_stream random{seed, "deaths.beyond"};
    const auto made = seed % 2 == 0
                          ? draw_possible(random, 1 + random.below(2), seed, draw_hierarchical)
                          : draw_possible(random, 1 + random.below(2), seed, draw_flat);
    BOOST_TEST_CONTEXT("seed " << seed << ": " << made.text) {
      const auto run = run_with(made, true);
      check_ended(run);
      check_claims(made, run);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_death_replays_from_its_seed) {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    random_stream random{seed, "deaths.replay"};
    const auto made = draw_possible(random, 1, seed, draw_hierarchical);
    const auto once = run_with(made, true).outcome.summary;
    const auto again = run_with(made, true).outcome.summary;
    BOOST_TEST(*once.trace_hash == *again.trace_hash);
    BOOST_TEST(once.weights_hash == again.weights_hash);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon
