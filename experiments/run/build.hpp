#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "actors/training.hpp"
#include "experiments/plan/coding_plan.hpp"
#include "experiments/scenario/policy_catalogues.hpp"
#include "experiments/scenario/scenario.hpp"

namespace echelon::experiments {

/// Told what is being done before something that can take seconds: "reading data".
using step_notice = std::function<void(std::string_view)>;

/// What a caller has already.
struct build_options {
  std::optional<learning::prepared_data> data = {};  ///< instead of reading data.source
};

/// Turns a scenario into what the actors need: reads and splits the data, deals it to the nodes (to
/// the parts, where several workers compute the same one), and makes every policy. Errors:
/// everything that can be wrong before training starts; nothing is written.
result<actors::training_setup_ptr> build(const scenario& built, const policy_catalogues& policies,
                                         const step_notice& notice = {},
                                         const build_options& options = {});

/// Who answers to whom. Errors: edges that are no tree.
result<tree> topology_of(const scenario& built);

/// What the planners say of a scenario's code. Its data is read, for the length of the model's
/// vectors; nothing is trained.
result<coding_plan> plan_code(const scenario& built, const policy_catalogues& policies,
                              const step_notice& notice = {});

result<coding::planning::break_even_map> map_scenario(const scenario& built,
                                                      const policy_catalogues& policies,
                                                      const step_notice& notice = {});

}  // namespace echelon::experiments
