#pragma once

#include <nlohmann/json.hpp>

#include "actors/record.hpp"

namespace echelon::experiments {

/// One line of metrics.jsonl, without the end of line. Nodes are named as in "worker/3"; what was
/// not measured is left out, what is not finite is null.
std::string round_line(const actors::round_record& round);

/// What summary.json says of the run itself.
nlohmann::ordered_json summary_json(const actors::run_summary& summary);

std::string_view to_string(actors::run_status status);

}  // namespace echelon::experiments
