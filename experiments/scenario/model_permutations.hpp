#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "algorithms/learning/model.hpp"
#include "algorithms/merging/permutations/permutation_spec.hpp"

namespace echelon::experiments {

/// Positions of a tensor's axis that belong to no class, and why.
struct fixed_axis {
  index tensor = 0;
  index axis = 0;
  index positions = 0;
  std::string_view reason;
};

/// Which units of a model peers can match, found by making it for a sample input.
struct model_permutations {
  learning::sample_shape input;
  index outputs = 0;
  merging::permutation_spec spec;
  std::vector<fixed_axis> fixed = {};
};

/// With default settings, on the first of a few usual inputs that the model takes.
/// Errors: it takes none of them, or has no layers.
result<model_permutations> typical_permutations(const learning::model_catalogue& known,
                                                std::string_view name);

/// Lines, indented by four.
std::string permutations_text(const model_permutations& shown);
nlohmann::ordered_json permutations_json(const model_permutations& shown);

}  // namespace echelon::experiments
