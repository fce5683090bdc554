#include "experiments/plan/coding_plan.hpp"

#include <algorithm>
#include <array>

#include "algorithms/coding/planning/law_replanner.hpp"
#include "experiments/run/coding_choice.hpp"
#include "experiments/run/deal.hpp"

namespace echelon::experiments {
namespace {

using namespace coding::planning;
using transmission::direction;

/// Rounds that are looked at where a delay model has no law.
constexpr index sampled_rounds = 400;
/// Rounds of larger clusters take too long to draw for the schemes without a law.
constexpr index drawn_workers_max = 200;
constexpr std::array drawn_policies{"masks", "two-stage"};

/// Down and up over the link of such a child.
double transfer_s(const actors::training_setup& setup, role child) {
  if (!setup.model)
    return 0;
  const learning::model& model = *setup.model;
  const auto bytes = static_cast<std::int64_t>(model.parameter_count() + model.buffer_count()) *
                     static_cast<std::int64_t>(bytes_of(model.kind()));
  double total_s = 0;
  for (const direction way : {direction::down, direction::up}) {
    const transmission::link_cost& cost = setup.links.cost(child, way);
    total_s += cost.latency_s + to_seconds(cost.transfer(bytes)).count();
  }
  return total_s;
}

node_delays delays_of(const actors::training_setup& setup, node_id node) {
  node_delays known;
  known.transfer_s = transfer_s(setup, node.kind);
  if (const auto law = setup.delays->law(node)) {
    known.law = *law;
    return known;
  }
  for (index round = 1; round <= sampled_rounds; ++round) {
    node_round seen;
    seen.link_down_s = setup.delays->link(node, round, direction::down).count();
    seen.link_up_s = setup.delays->link(node, round, direction::up).count();
    if (node.kind == role::worker)
      seen.part_s = seen.further_part_s = setup.delays->compute(node, round, 1).count();
    known.rounds.push_back(seen);
  }
  return known;
}

std::vector<coding::plan_choice> choices_to_draw(const actors::training_setup& setup,
                                                 const coding::code_catalogue& codes, index parts) {
  std::vector<coding::plan_choice> found;
  if (setup.topology.workers() > drawn_workers_max)
    return found;
  for (const char* policy : drawn_policies)
    for (const index stragglers : {0, 1, 2, 3})
      if (codes.find(policy) != nullptr)
        found.push_back({.policy = policy, .parts = parts, .stragglers = stragglers});
  return found;
}

planning_task task_for(const scenario& built, const actors::training_setup& setup,
                       const coding::code_catalogue& codes, const planned_cluster& known) {
  const index asked = built.section("coding").integer("parts");
  return {known, asked > 0 ? asked : setup.topology.workers(), maker_for(built, setup, codes)};
}

/// The scenario's own choice beside what the search found.
planning_answer beside(planning_answer own, result<planning_answer> searched) {
  if (!searched)
    return own;
  for (plan_option& other : searched->alternatives)
    if (other.name != own.chosen.name)
      own.alternatives.push_back(std::move(other));
  std::ranges::stable_sort(own.alternatives, {},
                           [](const plan_option& option) { return option.predicted.mean_s; });
  const double gain = 1 - searched->chosen.predicted.mean_s / own.chosen.predicted.mean_s;
  own.why += gain > 0.01
                 ? fmt::format("; plan = \"auto\" would choose {}, which takes {:.0f} % less time",
                               searched->chosen.name, 100 * gain)
                 : std::string{"; plan = \"auto\" knows nothing better"};
  return own;
}

result<planning_answer> ask(std::string_view mode, const scenario& built, planning_task task) {
  ECHELON_TRY(const coding::plan_choice own, coding_choice(built));
  if (mode == "auto")
    return plan_by_law(task);
  if (mode == "jncss") {
    const bool repeated = !own.layers.empty() &&
                          layer_kind_of(own.layers.front()) == layer_kind::repetition;
    return plan_by_means(task, repeated ? layer_kind::repetition : layer_kind::polynomial);
  }
  ECHELON_TRY(const coding::work_plan plan, task.make(own));
  task.parts = plan.parts;
  ECHELON_TRY(planning_answer judged, judge(task, own));
  return beside(std::move(judged), plan_by_law(task));
}

/// Whether each worker's answer must be of its own part alone.
bool works_alone(const scenario& built, const actors::training_setup& setup) {
  return setup.local_steps > 1 || built.section("hierarchy").has("periods") ||
         built.policy("compression").name != "none" ||
         (setup.model && setup.model->couples_samples());
}

}  // namespace

plan_maker maker_for(const scenario& built, const actors::training_setup& setup,
                     const coding::code_catalogue& codes) {
  const bool alone = works_alone(built, setup);
  const auto beyond = coding::beyond_from(built.section("coding").text("beyond")).value();
  const double amplification_max = compression::amplification_max(
      compression::wire_format_named(built.section("compression").text("values")).value());
  return [topology = setup.topology, codes, alone, beyond,
          amplification_max](coding::plan_choice choice) -> result<coding::work_plan> {
    choice.beyond = beyond;
    ECHELON_TRY(coding::work_plan made, coding::make_plan(topology, codes, choice));
    if (made.amplification_worst() > amplification_max)
      return fail(errc::not_supported,
                  "coding.policy: \"{}\" would amplify the rounding of compression.values; it must "
                  "be a code of plain sums",
                  choice.policy);
    if (alone && replicates(made))
      return fail(errc::not_supported,
                  "coding.policy: \"{}\" has several workers compute one part, which local steps, "
                  "lossy messages and batch norm do not allow; it must be \"uncoded\"",
                  choice.policy);
    return made;
  };
}

planned_cluster cluster_of(const actors::training_setup& setup) {
  planned_cluster known;
  known.topology = setup.topology;
  for (std::int32_t worker = 0; worker < setup.topology.workers(); ++worker)
    known.workers.push_back(delays_of(setup, {role::worker, worker}));
  for (std::int32_t edge = 0; edge < setup.topology.edges(); ++edge)
    known.edges.push_back(delays_of(setup, {role::edge, edge}));
  return known;
}

result<coding_plan> plan_coding(const scenario& built, const actors::training_setup& setup,
                                const coding::code_catalogue& codes, const plan_notice& notice) {
  const planned_cluster known = cluster_of(setup);
  const std::string& mode = built.section("coding").text("plan");
  planning_task task = task_for(built, setup, codes, known);
  task.drawn = choices_to_draw(setup, codes, task.parts);
  task.notice = notice;
  auto answer = ask(mode, built, task);
  if (!answer)
    return std::unexpected(built.located(answer.error(), "coding"));
  ECHELON_TRY(coding::work_plan plan, task.make(answer->chosen.choice));
  return coding_plan{mode, *std::move(answer), std::move(plan)};
}

void set_replanner(actors::training_setup& setup, const scenario& built, const coding_plan& first,
                   const coding::code_catalogue& codes) {
  setup.replan_every = built.section("coding").integer("replan_every");
  if (setup.replan_every == 0)
    return;
  const learning::dataset& train = *setup.data.train;
  const double values = static_cast<double>(train.count) * static_cast<double>(train.shape.size());
  replan_settings settings{.topology = setup.topology,
                           .parts = first.plan.parts,
                           .by_law = first.mode == "auto",
                           .make = maker_for(built, setup, codes),
                           .in_force = first.answer.chosen.choice,
                           .bytes_per_part = values * sizeof(float) /
                                             static_cast<double>(first.plan.parts),
                           .bandwidth_bps = setup.links.near_down.bandwidth_bps};
  setup.make_replanner = [settings] { return std::make_unique<law_replanner>(settings); };
}

result<break_even_map> map_coding(const scenario& built, const actors::training_setup& setup,
                                  const coding::code_catalogue& codes, const plan_notice& notice) {
  const planned_cluster known = cluster_of(setup);
  planning_task task = task_for(built, setup, codes, known);
  task.notice = notice;
  auto found = map_break_even(task, {0, 0.01, 0.03, 0.1, 0.2, 0.3}, {2, 3, 5, 10, 30});
  if (!found)
    return std::unexpected(built.located(found.error(), "coding"));
  return found;
}

}  // namespace echelon::experiments
