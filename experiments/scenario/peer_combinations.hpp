#pragma once

#include "experiments/scenario/scenario.hpp"

namespace echelon::experiments {

/// Refuses what peers without a server cannot have, and what only they can where there are none.
/// Errors: "FILE:LINE: key: what is wrong; what would be right".
result<void> check_peers(const scenario& checked, const scenario_schema& schema);

}  // namespace echelon::experiments
