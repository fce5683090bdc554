#include "experiments/run/levels.hpp"

#include "algorithms/hierarchy/periods.hpp"
#include "algorithms/hierarchy/tiers.hpp"
#include "experiments/run/make_policy.hpp"

namespace echelon::experiments {
namespace {

using actors::training_setup;

/// Whether every worker has one part of its own, so that its answer is a model's change.
bool one_part_each(const coding::work_plan& plan) {
  return plan.policy == "uncoded" && plan.parts == std::ssize(plan.work);
}

/// By the places of edges in their tiers, and of workers in theirs.
void set_periods(training_setup& setup, const hierarchy::periods& periods,
                 const hierarchy::tiers& shape) {
  const index levels = shape.levels();
  setup.levels.exchanges.assign(slot(setup.topology.edges()), 1);
  setup.levels.steps.assign(slot(setup.topology.workers()), periods.at(levels));
  for (std::int32_t number = 0; number < setup.topology.edges(); ++number) {
    const node_id edge{role::edge, number};
    index level = 1;
    for (node_id above = setup.topology.parent(edge); above.kind == role::edge;
         above = setup.topology.parent(above))
      ++level;
    const auto workers = setup.topology.workers_below(edge);
    index group = 0;
    while (level == levels - 1 && shape.nodes(level)[slot(group)].first_worker != workers.front())
      ++group;
    setup.levels.exchanges[slot(number)] = periods.inner_rounds(level, group);
    if (setup.topology.children(edge).front().kind == role::worker)
      for (const index worker : workers)
        setup.levels.steps[slot(worker)] = periods.local_steps(level + 1, group);
  }
}

/// The share of each label in each part; without labels all are alike.
hierarchy::shard_profiles profiles_of(const training_setup& setup) {
  const learning::dataset& train = *setup.data.train;
  const index labels = std::max<index>(train.classes, 1);
  hierarchy::shard_profiles shards;
  shards.mixes = matrix::Zero(std::ssize(setup.parts), labels);
  for (index part = 0; part < std::ssize(setup.parts); ++part) {
    const auto& rows = setup.parts[slot(part)];
    shards.weights.push_back(static_cast<double>(rows.size()));
    for (const index row : rows)
      shards.mixes(part, train.classes > 0 ? train.labels[slot(row)]
                                           : 0) += 1.0 / static_cast<double>(rows.size());
  }
  return shards;
}

result<void> read_correction(training_setup& setup, const parameters& optimizer) {
  if (optimizer.text("correction") == "none")
    return {};
  const auto refuse = [&optimizer](std::string_view why) {
    return optimizer.refuse("correction", "\"scaffold\" {}", why);
  };
  if (!setup.sends_changes())
    return refuse("corrects the drift of local steps; optimizer.local_steps must be above 1");
  if (!setup.topology.is_star() || !one_part_each(setup.plan))
    return refuse("needs workers that answer the coordinator, one part each; topology.kind must be "
                  "\"star\" and coding.policy \"uncoded\"");
  if (setup.model->kind() != precision::single || !setup.gradients)
    return refuse("needs runtime.precision = \"float\" and runtime.gradients = \"real\"");
  if (optimizer.text("kind") != "sgd")
    return refuse("estimates gradients from plain steps; optimizer.kind must be \"sgd\"");
  setup.control_variates = true;
  return {};
}

/// Compression weighs senders by their data, as its bounds do, unless told otherwise.
void read_weights(training_setup& setup, const scenario& built) {
  const parameters& given = built.section("hierarchy");
  if (given.has("weights"))
    setup.weights = given.text("weights") == "samples" ? actors::weighting::samples
                                                       : actors::weighting::uniform;
  else if (built.policy("compression").name != "none")
    setup.weights = actors::weighting::samples;
}

}  // namespace

result<void> set_levels(training_setup& setup, const scenario& built) {
  const parameters& given = built.section("hierarchy");
  const parameters& optimizer = built.section("optimizer");
  setup.levels.participation = given.number("participation");
  setup.proximal = optimizer.number("proximal");
  read_weights(setup, built);
  const parameters& compression = built.section("compression");
  setup.changes = compression.has("vector") && compression.text("vector") == "delta";
  const bool averages = given.has("periods");
  const bool partial = setup.levels.participation < 1;
  if ((averages || partial) && !one_part_each(setup.plan))
    return given.refuse(averages ? "periods" : "participation",
                        "needs workers with one part each and no redundancy; coding.policy must be "
                        "\"uncoded\" and coding.parts left out");
  if (!averages)
    return read_correction(setup, optimizer);
  if (setup.local_steps > 1)
    return optimizer.refuse("local_steps",
                            "{} beside hierarchy.periods, which say the same; leave this out",
                            setup.local_steps);
  ECHELON_TRY(const auto periods, periods_of(setup, built));
  setup.changes = true;
  set_periods(setup, *periods, hierarchy::tiers{setup.topology});
  setup.local_steps = periods->at(periods->levels());
  return read_correction(setup, optimizer);
}

result<std::optional<hierarchy::periods>> periods_of(const training_setup& setup,
                                                     const scenario& built) {
  const parameters& given = built.section("hierarchy");
  const hierarchy::tiers shape{setup.topology};
  if (given.has("periods")) {
    auto read = hierarchy::read_periods(given.at("periods"), shape);
    if (!read)
      return std::unexpected(read.error());  // it names the line
    return *std::move(read);
  }
  if (setup.local_steps == 1)
    return std::nullopt;
  return hierarchy::periods::make(std::vector<index>(slot(shape.levels()), setup.local_steps));
}

result<void> set_groups(training_setup& setup, const scenario& built,
                        const policy_catalogues& policies) {
  const parameters& given = built.section("hierarchy");
  const policy_choice& chosen = built.policy("hierarchy.groups");
  const auto when = hierarchy::regrouping_of(given.text("regroup")).value();
  if (!setup.gradients || (chosen.name == "contiguous" && when == hierarchy::regrouping::never))
    return {};
  if (!one_part_each(setup.plan))
    return built.section("hierarchy.groups")
        .refuse("kind",
                "\"{}\" needs workers with one part each and no redundancy; "
                "coding.policy must be \"uncoded\" and coding.parts left out",
                chosen.name);
  ECHELON_TRY(const auto policy, make_policy(built, "hierarchy.groups", policies.groupings));
  if (when == hierarchy::regrouping::every_global_round && !policy->draws())
    return given.refuse("regroup",
                        "\"every-global-round\" would give the same groups every time; it must be "
                        "\"never\", or hierarchy.groups \"random\"");
  auto first = hierarchy::seats_of_round(*policy, when, setup.topology, profiles_of(setup),
                                         setup.seed, 0);
  if (!first)
    return std::unexpected(built.located(first.error(), "hierarchy.groups"));
  if (when == hierarchy::regrouping::never)
    setup.levels.shard = [seats = *std::move(first)](index part, index) {
      return seats[slot(part)];
    };
  else
    setup.levels.shard = [policy, when, shards = profiles_of(setup), topology = setup.topology,
                          seed = setup.seed](index part, index round) {
      const auto seats = hierarchy::seats_of_round(*policy, when, topology, shards, seed,
                                                   round - 1);
      expects(seats.has_value());
      return (*seats)[slot(part)];
    };
  return {};
}

}  // namespace echelon::experiments
