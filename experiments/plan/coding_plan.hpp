#pragma once

#include "actors/training.hpp"
#include "algorithms/coding/planning/break_even.hpp"
#include "experiments/scenario/scenario.hpp"

namespace echelon::experiments {

/// What [delays], [links] and the length of the model's vectors say of the nodes. A delay model
/// without a law, such as a trace, is sampled over its first rounds. What several links share, and
/// the edges' own computing, is not seen.
coding::planning::planned_cluster cluster_of(const actors::training_setup& setup);

/// Makes plans that the rest of the scenario allows. Holds what it needs; `setup` has its topology,
/// local steps and model.
coding::planning::plan_maker maker_for(const scenario& built, const actors::training_setup& setup,
                                       const coding::code_catalogue& codes);

/// What the planners say of a scenario's coding.
struct coding_plan {
  std::string mode;  ///< coding.plan
  coding::planning::planning_answer answer;
  coding::work_plan plan;  ///< what was chosen
};

using plan_notice = std::function<void(std::string_view)>;

/// Asks the planner that coding.plan names. With "none" the scenario's own choice is judged beside
/// what "auto" would have seen. `setup` has its topology, delays, links and model.
/// Errors: those of the planners and of the scenario's own choice, with their place.
result<coding_plan> plan_coding(const scenario& built, const actors::training_setup& setup,
                                const coding::code_catalogue& codes,
                                const plan_notice& notice = {});

/// Lets the run plan anew every coding.replan_every rounds, from what it measures; `first` is what
/// it begins with. A part's data cross the link of the worker that needs it.
void set_replanner(actors::training_setup& setup, const scenario& built, const coding_plan& first,
                   const coding::code_catalogue& codes);

/// The break-even map of the same cluster, with its nodes slow in other ways.
result<coding::planning::break_even_map> map_coding(const scenario& built,
                                                    const actors::training_setup& setup,
                                                    const coding::code_catalogue& codes,
                                                    const plan_notice& notice = {});

}  // namespace echelon::experiments
