#include <cmath>

#include <boost/test/unit_test.hpp>
#include <caf/send.hpp>

#include "algorithms/hierarchy/participation.hpp"
#include "algorithms/hierarchy/periods.hpp"
#include "algorithms/hierarchy/tiers.hpp"
#include "tests/support/averaging_trees.hpp"
#include "tests/support/departures.hpp"
#include "tests/support/small_training.hpp"

namespace echelon {
namespace {

using actors::run_status;
using actors::training_setup;
using actors::weighting;
using tests::small_options;
using tests::small_setup;
using tests::train;

using model_values = std::vector<double>;

/// In double precision, so that another order of additions is all that may differ.
training_setup averaging_setup(const value& edges, index workers, index rounds,
                               std::uint64_t seed = 1) {
  auto setup = small_setup({.workers = workers,
                            .kind = precision::double_,
                            .edges = edges,
                            .seed = seed,
                            .rounds = rounds,
                            .samples = 120});
  setup.changes = true;
  setup.weights = weighting::samples;
  return setup;
}

/// Shards of unequal sizes: later parts give up rows to earlier ones.
void make_unequal(training_setup& setup) {
  for (std::size_t part = 1; part < setup.parts.size(); ++part)
    for (std::size_t moved = 0; moved < part && setup.parts[part].size() > 2; ++moved) {
      setup.parts[0].push_back(setup.parts[part].back());
      setup.parts[part].pop_back();
    }
  std::ranges::sort(setup.parts[0]);
}

/// As experiments/run/levels.cpp reads them from `hierarchy.periods`.
void exchange_every(training_setup& setup, const hierarchy::periods& periods) {
  const hierarchy::tiers shape{setup.topology};
  setup.levels.steps.assign(slot(setup.topology.workers()), 1);
  setup.levels.exchanges.assign(slot(setup.topology.edges()), 1);
  if (setup.topology.is_star())
    setup.levels.steps.assign(slot(setup.topology.workers()), periods.at(1));
  const auto lowest = shape.nodes(periods.levels() - 1);
  for (std::int32_t number = 0; number < setup.topology.edges(); ++number) {
    const node_id edge{role::edge, number};
    index level = 1;
    for (node_id up = setup.topology.parent(edge); up.kind == role::edge;
         up = setup.topology.parent(up))
      ++level;
    const auto workers = setup.topology.workers_below(edge);
    index group = 0;
    while (level == periods.levels() - 1 && lowest[slot(group)].first_worker != workers.front())
      ++group;
    setup.levels.exchanges[slot(number)] = periods.inner_rounds(level, group);
    if (setup.topology.children(edge).front().kind == role::worker)
      for (const index worker : workers)
        setup.levels.steps[slot(worker)] = periods.local_steps(level + 1, group);
  }
}

model_values values_of(const block& state) {
  const auto values = state.as<double>();
  return {values.begin(), values.end()};
}

double distance(const model_values& one, const model_values& other) {
  double largest = 0;
  for (std::size_t i = 0; i < one.size(); ++i)
    largest = std::max(largest, std::abs(one[i] - other[i]));
  return largest;
}

/// A step of gradient descent on all rows of a part.
void descend(const training_setup& setup, model_values& state, index part) {
  block_builder packed{std::ssize(state), precision::double_};
  std::ranges::copy(state, packed.as<double>().begin());
  block_builder sums{std::ssize(state), precision::double_};
  const auto scratch = setup.model->make_workspace();
  const auto outcome = setup.model->gradient(block::freeze(std::move(packed)),
                                             {setup.data.train.get(), setup.parts[slot(part)]},
                                             {1, "unused"}, sums, *scratch);
  for (std::size_t i = 0; i < state.size(); ++i)
    state[i] -= setup.rate * sums.as<double>()[i] / static_cast<double>(outcome.samples);
}

index shard_of(const training_setup& setup, index worker, index round) {
  return setup.levels.shard ? setup.levels.shard(worker, round) : worker;
}

double weight_of(const training_setup& setup, index part) {
  return setup.weights == weighting::uniform ? 1.0
                                             : static_cast<double>(setup.parts[slot(part)].size());
}

/// H-SGD as the specification writes it: every worker has a model of its own, and after some steps
/// all workers below some node take their weighted mean. No exchange, no tree of sums.
model_values flat_reference(const training_setup& setup, const hierarchy::periods& periods) {
  const hierarchy::tiers shape{setup.topology};
  std::vector<model_values> models(slot(setup.topology.workers()),
                                   values_of(setup.model->initial_state(setup.init_seed)));
  const auto mean_over = [&](const hierarchy::tier_node& node, index round) {
    model_values mean(models.front().size());
    double all = 0;
    for (index j = node.first_worker; j < node.first_worker + node.worker_count; ++j) {
      const double weight = weight_of(setup, shard_of(setup, j, round));
      all += weight;
      for (std::size_t i = 0; i < mean.size(); ++i)
        mean[i] += weight * models[slot(j)][i];
    }
    for (double& value : mean)
      value /= all;
    for (index j = node.first_worker; j < node.first_worker + node.worker_count; ++j)
      models[slot(j)] = mean;
  };
  for (index step = 0; step < setup.rounds * periods.at(1); ++step) {
    const index round = step / periods.at(1) + 1;
    for (index j = 0; j < std::ssize(models); ++j)
      descend(setup, models[slot(j)], shard_of(setup, j, round));
    const auto lowest = shape.nodes(periods.levels() - 1);
    for (std::size_t group = 0; group < lowest.size(); ++group) {
      const auto due = periods.due(step, static_cast<index>(group));
      if (!due)
        continue;
      for (const auto& node : shape.nodes(*due - 1))
        if (node.first_worker == lowest[group].first_worker)
          mean_over(node, round);
    }
  }
  return models.front();
}

/// Periods from the workers up, each a multiple of the one below it.
hierarchy::periods random_periods(random_stream& random, const tree& topology) {
  std::vector<index> by_level{1 + random.below(2)};
  for (index level = 1; level < topology.depth(); ++level)
    by_level.insert(by_level.begin(), by_level.front() * (1 + random.below(3)));
  const index groups = std::ssize(hierarchy::tiers{topology}.nodes(topology.depth() - 1));
  if (topology.depth() < 2 || random.bernoulli(0.5))
    return hierarchy::every(by_level);
  by_level.pop_back();
  std::vector<index> of_groups;
  for (index group = 0; group < groups; ++group)
    of_groups.push_back(random.bernoulli(0.5) ? by_level.back() : 1);
  return *hierarchy::periods::with_groups(by_level, of_groups);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(averaging_levels)

BOOST_AUTO_TEST_CASE(trees_of_any_depth_periods_weights_and_groups_do_what_the_specification_says) {
  random_stream random{7, "averaging-levels"};
  for (int round = 0; round < 40; ++round) {
    const value edges = round % 8 == 0
                            ? value{value_list{}}
                            : value{hierarchy::random_edges(random, 2 + random.below(2))};
    auto setup = averaging_setup(edges, 4, 3, static_cast<std::uint64_t>(round));
    setup.batch = 0;
    make_unequal(setup);
    if (random.bernoulli(0.3))
      setup.weights = weighting::uniform;
    const index workers = setup.topology.workers();
    if (random.bernoulli(0.5))
      setup.levels.shard = [workers](index part, index outer) { return (part + outer) % workers; };
    const auto periods = random_periods(random, setup.topology);
    exchange_every(setup, periods);
    const auto run = train(setup);
    BOOST_TEST_CONTEXT("case " << round << ", edges " << edges.toml()) {
      BOOST_REQUIRE((run.outcome.summary.status == run_status::done));
      BOOST_TEST(distance(values_of(run.outcome.state), flat_reference(setup, periods)) < 1e-9);
    }
  }
}

BOOST_AUTO_TEST_CASE(one_group_with_any_periods_is_local_sgd_of_the_inner_one) {
  for (const index inner : {1, 2, 3}) {
    auto star = averaging_setup(value_list{}, 6, 12);
    make_unequal(star);
    exchange_every(star, hierarchy::every({inner}));
    auto tree = averaging_setup(value_list{6}, 6, 4);
    make_unequal(tree);
    exchange_every(tree, hierarchy::every({3 * inner, inner}));
    const model_values flat = values_of(train(star).outcome.state);
    BOOST_TEST(distance(values_of(train(tree).outcome.state), flat) < 1e-12);
  }
}

BOOST_AUTO_TEST_CASE(equal_periods_are_local_sgd_of_that_period) {
  for (const value_list& edges : {value_list{2, 4}, value_list{value_list{1, 2}, 3}}) {
    auto star = averaging_setup(value_list{}, 6, 5);
    make_unequal(star);
    exchange_every(star, hierarchy::every({4}));
    auto tree = averaging_setup(edges, 6, 5);
    make_unequal(tree);
    exchange_every(tree, hierarchy::every(std::vector<index>(slot(tree.topology.depth()), 4)));
    const model_values flat = values_of(train(star).outcome.state);
    BOOST_TEST(distance(values_of(train(tree).outcome.state), flat) < 1e-12);
  }
}

BOOST_AUTO_TEST_CASE(periods_of_one_are_synchronous_sgd) {
  for (const value_list& edges :
       {value_list{}, value_list{3, 3}, value_list{value_list{1, 2}, 3}}) {
    auto plain = averaging_setup(value_list{}, 6, 10);
    plain.changes = false;
    auto averaged = averaging_setup(edges, 6, 10);
    exchange_every(averaged,
                   hierarchy::every(std::vector<index>(slot(averaged.topology.depth()), 1)));
    const model_values flat = values_of(train(plain).outcome.state);
    BOOST_TEST(distance(values_of(train(averaged).outcome.state), flat) < 1e-12);
  }
}

/// FedAvg with some of the clients, and the same in two groups.
BOOST_AUTO_TEST_CASE(participants_are_those_the_hierarchy_draws) {
  for (const value_list& edges : {value_list{}, value_list{3, 3}}) {
    auto setup = averaging_setup(edges, 6, 4);
    setup.batch = 0;
    make_unequal(setup);
    exchange_every(setup, edges.empty() ? hierarchy::every({2}) : hierarchy::every({4, 2}));
    setup.levels.participation = 0.5;
    model_values state = values_of(setup.model->initial_state(setup.init_seed));
    const auto exchange = [&](node_id parent, index number, model_values& from) {
      const auto workers = setup.topology.workers_below(parent);
      model_values mean(from.size());
      double all = 0;
      for (const index drawn :
           hierarchy::participants(setup.seed, parent, number, std::ssize(workers), 0.5)) {
        const index worker = workers[slot(drawn)];
        model_values own = from;
        for (int step = 0; step < 2; ++step)
          descend(setup, own, worker);
        all += weight_of(setup, worker);
        for (std::size_t i = 0; i < mean.size(); ++i)
          mean[i] += weight_of(setup, worker) * own[i];
      }
      for (std::size_t i = 0; i < mean.size(); ++i)
        from[i] = mean[i] / all;
    };
    for (index round = 1; round <= setup.rounds; ++round) {
      if (edges.empty()) {
        exchange({role::coordinator, 0}, round, state);
        continue;
      }
      model_values next(state.size());
      double all = 0;
      for (std::int32_t edge = 0; edge < 2; ++edge) {
        model_values group = state;
        exchange({role::edge, edge}, 2 * round - 1, group);
        exchange({role::edge, edge}, 2 * round, group);
        double weight = 0;
        for (const index worker : setup.topology.workers_below({role::edge, edge}))
          weight += weight_of(setup, worker);
        all += weight;
        for (std::size_t i = 0; i < next.size(); ++i)
          next[i] += weight * group[i];
      }
      for (std::size_t i = 0; i < next.size(); ++i)
        state[i] = next[i] / all;
    }
    BOOST_TEST(distance(values_of(train(setup).outcome.state), state) < 1e-9);
  }
}

BOOST_AUTO_TEST_CASE(timing_only_runs_take_the_time_and_bytes_of_real_ones) {
  for (const double participation : {1.0, 0.5}) {
    auto setup = averaging_setup(value_list{value_list{2, 2}, 3}, 7, 4);
    exchange_every(setup, hierarchy::every({6, 2, 1}));
    setup.levels.participation = participation;
    const auto real = train(setup).outcome.summary;
    setup.gradients = false;
    const auto timed = train(setup).outcome.summary;
    BOOST_TEST(timed.time_s == real.time_s);
    BOOST_TEST(timed.bytes_up == real.bytes_up);
    BOOST_TEST(timed.bytes_down == real.bytes_down);
    BOOST_TEST(timed.parts.computed == real.parts.computed);
  }
}

BOOST_AUTO_TEST_CASE(a_death_in_a_group_fails_the_round_and_says_whose) {
  auto setup = averaging_setup(value_list{3, 3}, 6, 10);
  exchange_every(setup, hierarchy::every({4, 2}));
  for (const std::int64_t after : {1, 9, 17, 30, 41}) {
    const auto run = train(setup, {.crashes = {{{role::worker, 4}, after}}});
    BOOST_REQUIRE((run.outcome.summary.status == run_status::failed));
    const std::string reason = run.outcome.summary.reason->detail;
    BOOST_TEST(reason.find("worker/4 is dead") != std::string::npos, reason);
    BOOST_TEST(reason.starts_with("round "), reason);
    BOOST_TEST((run.rounds.back().worth.kind == actors::certificate::outcome::failed));
  }
}

BOOST_AUTO_TEST_CASE(where_others_take_over_the_round_is_begun_anew) {
  auto setup = averaging_setup(value_list{3, 3}, 6, 6);
  exchange_every(setup, hierarchy::every({6, 2}));
  const auto plain = train(setup);
  for (std::int64_t after = 1; after < 70; after += 3) {
    const auto run = tests::train_while_they_leave(setup, {{{role::worker, 4}, after, after + 4}});
    BOOST_TEST_CONTEXT("after message " << after) {
      const auto& summary = run.outcome.summary;
      BOOST_TEST((summary.status == run_status::done),
                 (summary.reason ? summary.reason->detail : ""));
      BOOST_TEST(std::ssize(run.rounds) == setup.rounds);
      BOOST_TEST(*summary.final_loss < 0.99 * *plain.rounds.front().train_loss);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon
