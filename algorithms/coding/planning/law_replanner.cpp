#include "algorithms/coding/planning/law_replanner.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "algorithms/coding/plan_words.hpp"
#include "algorithms/coding/planning/replanning.hpp"

namespace echelon::coding::planning {
namespace {

constexpr index rounds_least = 40;
/// Laws estimated from so few rounds are wrong by about this share.
constexpr double gain_least = 0.15;
constexpr index rounds_kept = 128;

/// Seconds of one message; what is measured is both of a round.
timing timing_of(const node_sample& seen) {
  return {.parts = seen.parts, .busy_s = seen.busy_s, .link_s = std::max(seen.link_s, 0.0) / 2};
}

void note(std::vector<delay_estimator>& nodes, std::span<const node_sample> seen) {
  for (const node_sample& each : seen)
    if (each.link_s >= 0)
      nodes.at(slot(each.node)).observe(timing_of(each));
}

void append(std::string& text, const std::vector<delay_estimator>& nodes) {
  for (const delay_estimator& node : nodes) {
    text += fmt::format("{} ", node.rounds());
    for (const timing& seen : node.seen()) {
      coding::append(text, seen.parts);
      coding::append(text, seen.busy_s);
      coding::append(text, seen.link_s);
    }
  }
}

void read_nodes(word_reader& from, std::vector<delay_estimator>& nodes) {
  for (delay_estimator& node : nodes) {
    node = delay_estimator{rounds_kept};
    const index rounds = from.whole(rounds_kept);
    for (index round = 0; round < rounds; ++round) {
      const double parts = from.number();
      const double busy_s = from.number();
      node.observe({.parts = parts, .busy_s = busy_s, .link_s = from.number()});
    }
  }
}

}  // namespace

law_replanner::law_replanner(replan_settings given)
    : given_(std::move(given)),
      workers_(slot(given_.topology.workers()), delay_estimator{rounds_kept}),
      edges_(slot(given_.topology.edges()), delay_estimator{rounds_kept}) {}

void law_replanner::observe(std::span<const node_sample> workers,
                            std::span<const node_sample> edges) {
  note(workers_, workers);
  note(edges_, edges);
}

std::optional<planned_cluster> law_replanner::estimated() const {
  planned_cluster known;
  known.topology = given_.topology;
  for (const delay_estimator& worker : workers_) {
    if (worker.rounds() < rounds_least)
      return std::nullopt;
    known.workers.push_back({worker.law()});
  }
  for (const delay_estimator& edge : edges_) {
    if (edge.rounds() < rounds_least)
      return std::nullopt;
    node_delays seen;
    for (const timing& round : edge.seen())
      seen.rounds.push_back({.link_down_s = round.link_s, .link_up_s = round.link_s});
    known.edges.push_back(std::move(seen));
  }
  return known;
}

std::optional<new_plan> law_replanner::consider(index rounds_left) {
  const auto known = estimated();
  if (!known)
    return std::nullopt;
  const planning_task task{*known, given_.parts, given_.make};
  const auto found = given_.by_law ? plan_by_law(task) : plan_by_means(task);
  const auto now = judge(task, given_.in_force);
  if (!found || !now || found->chosen.choice == given_.in_force)
    return std::nullopt;
  auto old_plan = given_.make(given_.in_force);
  auto plan = given_.make(found->chosen.choice);
  if (!old_plan || !plan)
    return std::nullopt;
  const replan_question asked{.current_mean_s = now->chosen.predicted.mean_s,
                              .planned_mean_s = found->chosen.predicted.mean_s,
                              .rounds_left = rounds_left,
                              .parts_moved = std::ranges::max(parts_newly_needed(*old_plan, *plan)),
                              .bytes_per_part = given_.bytes_per_part,
                              .bandwidth_bps = given_.bandwidth_bps};
  const bool surely = asked.planned_mean_s < (1 - gain_least) * asked.current_mean_s;
  if (!surely || !replanning_pays(asked))
    return std::nullopt;
  given_.in_force = found->chosen.choice;
  replaced_ = true;
  return new_plan{*std::move(plan), given_.in_force, moving_s(asked)};
}

std::string law_replanner::memory() const {
  std::string text = fmt::format("{} ", replaced_ ? 1 : 0);
  if (replaced_)
    coding::append(text, given_.in_force);
  append(text, workers_);
  append(text, edges_);
  return text;
}

result<std::optional<new_plan>> law_replanner::restore(std::string_view memory) {
  word_reader from{memory};
  const bool replaced = from.whole(1) == 1;
  plan_choice choice;
  if (replaced)
    choice = read_choice(from, given_.topology, given_.parts);
  read_nodes(from, workers_);
  read_nodes(from, edges_);
  if (!from.good())
    return fail(errc::bad_input, "the replanner's memory is damaged; a checkpoint written by this "
                                 "run would be right");
  replaced_ = replaced;
  if (!replaced)
    return std::nullopt;
  given_.in_force = std::move(choice);
  ECHELON_TRY(work_plan plan, given_.make(given_.in_force));
  return new_plan{std::move(plan), given_.in_force};
}

}  // namespace echelon::coding::planning
