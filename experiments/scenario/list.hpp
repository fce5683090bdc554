#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "experiments/scenario/code_cost.hpp"
#include "experiments/scenario/model_permutations.hpp"
#include "experiments/scenario/schema.hpp"

namespace echelon::experiments {

/// One row of `echelon list`: a policy and the key that chooses it, "coding.policy".
struct listed_policy {
  std::string axis;
  policy_card card;
  std::vector<code_cost> costs = {};                    ///< of a code, where they were asked for
  std::optional<model_permutations> permutations = {};  ///< of a model, where they were asked for
};

/// The section that a plural stands for, "coding" for "codes"; any other word itself.
std::string_view section_named(std::string_view word);

/// The policies of one axis, named by its key, its section or its plural ("coding.policy", "coding"
/// or "codes"); all of them for "". "scenario" gives the sections of a scenario with their own keys
/// instead. Errors: an axis that is not there.
result<std::vector<listed_policy>> list_policies(const scenario_schema& schema,
                                                 std::string_view axis);

/// Adds to every code what it costs and gives at typical sizes.
void add_costs(std::vector<listed_policy>& rows, const coding::code_catalogue& known);

/// Adds to every model which units peers can match; to those without layers nothing.
void add_permutations(std::vector<listed_policy>& rows, const learning::model_catalogue& known);

/// For people: grouped by axis, parameters below each policy.
std::string list_text(const std::vector<listed_policy>& rows);

/// One JSON array of {axis, name, summary, parameters: [{name, type, default, summary}], source},
/// and costs of codes and permutations of models where there are any.
std::string list_json(const std::vector<listed_policy>& rows);

}  // namespace echelon::experiments
