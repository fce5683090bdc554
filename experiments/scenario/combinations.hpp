#pragma once

#include "experiments/scenario/scenario.hpp"

namespace echelon::experiments {

/// Refuses settings that are fine one by one and make no sense together, as far as that can be told
/// without data. Errors: "FILE:LINE: key: what is wrong; what would be right".
result<void> check_combinations(const scenario& checked);

}  // namespace echelon::experiments
