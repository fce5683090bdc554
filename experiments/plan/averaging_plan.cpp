#include "experiments/plan/averaging_plan.hpp"

#include <algorithm>

#include "algorithms/hierarchy/grouping.hpp"
#include "experiments/run/levels.hpp"

namespace echelon::experiments {
namespace {

using actors::training_setup;
using transmission::direction;

/// Rounds whose delays are averaged.
constexpr index sampled_rounds = 100;

double mean_of_rounds(const std::function<seconds(index)>& time) {
  seconds sum{0};
  for (index round = 1; round <= sampled_rounds; ++round)
    sum += time(round);
  return sum.count() / static_cast<double>(sampled_rounds);
}

/// A model down and one up over a node's link, on average.
double exchange_s(const training_setup& setup, node_id node) {
  const std::int64_t bytes = setup.exchanged() *
                             static_cast<std::int64_t>(bytes_of(setup.model->kind()));
  double total_s = 0;
  for (const direction way : {direction::down, direction::up}) {
    const transmission::link_cost& cost = setup.links.cost(node.kind, way);
    total_s += cost.latency_s + to_seconds(cost.transfer(bytes)).count() +
               mean_of_rounds([&](index round) { return setup.delays->link(node, round, way); });
  }
  return total_s;
}

index level_of(const training_setup& setup, node_id node) {
  index level = 1;
  for (node_id above = setup.topology.parent(node); above.kind != role::coordinator;
       above = setup.topology.parent(above))
    ++level;
  return level;
}

/// Root first; the slowest node of a level counts.
std::vector<double> exchanges_of(const training_setup& setup) {
  std::vector<double> found(slot(setup.topology.depth()));
  const auto add = [&](node_id node) {
    double& level_s = found[slot(level_of(setup, node) - 1)];
    level_s = std::max(level_s, exchange_s(setup, node));
  };
  for (std::int32_t edge = 0; edge < setup.topology.edges(); ++edge)
    add({role::edge, edge});
  for (std::int32_t worker = 0; worker < setup.topology.workers(); ++worker)
    add({role::worker, worker});
  return found;
}

double step_s(const training_setup& setup) {
  double slowest_s = 0;
  for (std::int32_t worker = 0; worker < setup.topology.workers(); ++worker)
    slowest_s = std::max(slowest_s, mean_of_rounds([&](index round) {
                           return setup.delays->compute({role::worker, worker}, round, 1);
                         }));
  return slowest_s;
}

hierarchy::tiers weighted_tiers(const training_setup& setup, const actors::model_probe& probe) {
  std::vector<double> weights;
  for (const actors::worker_probe& worker : probe.workers)
    weights.push_back(worker.weight);
  auto made = hierarchy::tiers::weighted(setup.topology, weights);
  expects(made.has_value());
  return *std::move(made);
}

std::vector<double> from_zero(std::vector<double> squares) {
  for (double& square : squares)
    square = std::max(square, 0.0);
  return squares;
}

hierarchy::averaging_task task_of(const training_setup& setup, const actors::model_probe& probe,
                                  const hierarchy::drift_profile& where, double steps) {
  return {.problem = {.gap = probe.loss,
                      .smoothness = probe.smoothness,
                      .noise = std::max(probe.noise_most(), 0.0)},
          .where = where,
          .exchange_s = exchanges_of(setup),
          .step_s = step_s(setup),
          .steps = steps,
          .period_max = std::min<index>(1000, static_cast<index>(steps))};
}

}  // namespace

result<std::optional<averaging_plan>> plan_averaging_of(const training_setup& setup,
                                                        const scenario& built,
                                                        const actors::model_probe& probe) {
  ECHELON_TRY(const auto when, periods_of(setup, built));
  if (!when)
    return std::nullopt;
  const hierarchy::tiers tiers = weighted_tiers(setup, probe);
  const hierarchy::divergences apart{from_zero(probe.by_level)};
  const auto profile = hierarchy::drift_profile::of(tiers, apart);
  const auto steps = static_cast<double>(setup.rounds * when->at(1));
  hierarchy::averaging_task task = task_of(setup, probe, profile, steps);
  if (task.problem.smoothness == 0)
    return fail(errc::bad_input, "optimizer.rate: the gradient is the same a step further, so that "
                                 "nothing can be said of periods; a larger rate may show more");
  const auto own = predict(task, *when, steps);
  if (own.wall_s > 0)
    task.wall_s = own.wall_s;
  const auto bound = when->of_groups().empty()
                         ? fixed_bound(task.problem, profile, *when, setup.rate, steps)
                         : grouped_bound(task.problem, tiers, apart, from_zero(probe.by_group),
                                         *when, setup.rate, steps);
  ECHELON_TRY(auto plan, plan_averaging(task));
  return averaging_plan{.task = task,
                        .apart = apart,
                        .gradient_square = probe.gradient_square,
                        .rate = setup.rate,
                        .rate_max = fixed_rate_max(task.problem.smoothness, *when),
                        .bound = bound,
                        .own = own,
                        .plan = std::move(plan),
                        .random_groups = built.section("hierarchy").text("regroup") != "never"};
}

}  // namespace echelon::experiments
