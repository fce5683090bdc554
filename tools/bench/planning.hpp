#pragma once

#include <nlohmann/json.hpp>

namespace echelon::bench {

/// Milliseconds that planners take for clusters of 4 x 10 and 10 x 100 workers, all alike and all
/// different: JNCSS alone, JNCSS with a plan and its prediction, and the search over all schemes.
nlohmann::json measure_planning();

}  // namespace echelon::bench
