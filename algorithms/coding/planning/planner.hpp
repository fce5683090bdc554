#pragma once

#include <functional>
#include <string>
#include <vector>

#include "algorithms/coding/planning/candidates.hpp"
#include "algorithms/coding/planning/selection.hpp"

namespace echelon::coding::planning {

/// Makes a plan as a run would, or says why it cannot be.
using plan_maker = std::function<result<work_plan>(const plan_choice&)>;

/// What is to be planned. Both must outlive the planner.
struct planning_task {
  const planned_cluster& known;
  index parts = 0;  ///< K: planners share them out, and never change how much work a round is
  plan_maker make;
  /// Choices without a known law, such as masks, that `auto` judges by drawn rounds.
  std::vector<plan_choice> drawn = {};
  /// Told what is going on before something that can take seconds.
  std::function<void(std::string_view)> notice = {};
};

/// One way that was judged.
struct plan_option {
  std::string name;
  plan_choice choice;
  double load_parts = 0;
  prediction predicted = {};
  bool drawn = false;   ///< judged by drawn rounds, for want of a law
  bool learns = false;  ///< lives on histories, which a run has yet to gather
};

/// What a planner answers: a choice of which it has seen that a plan can be made.
struct planning_answer {
  plan_option chosen;
  selection waits_for;  ///< whom the design expects first, its surrogate and bound
  std::vector<plan_option> alternatives = {};  ///< fastest first, the chosen one among them
  std::string why = {};                        ///< one sentence or two
};

/// `plan = "jncss"`: the tolerances of JNCSS over the one kind of layer (repetition where `kind`
/// says so), the next best where no plan can be made of the best.
/// Errors: those of `jncss`; every pair of tolerances is refused.
result<planning_answer> plan_by_means(const planning_task& task,
                                      layer_kind kind = layer_kind::polynomial);

/// `plan = "auto"`: every scheme judged by one evaluator. A first look at all on a coarse grid; the
/// twenty best exactly; schemes without a known law by drawn rounds. What was drawn must be five
/// per cent better to be chosen, and a third better where it has yet to learn; whatever is not at
/// least one per cent faster than plain uncoded work is answered with the latter. Source:
/// specification 5.6 (dropping) and correction 3; the search is Echelon's.
result<planning_answer> plan_by_law(const planning_task& task);

/// `plan = "none"`: what the exact evaluator, or drawn rounds, say of a choice that was made.
result<planning_answer> judge(const planning_task& task, const plan_choice& choice);

}  // namespace echelon::coding::planning
