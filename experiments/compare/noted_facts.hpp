#pragma once

#include <string>
#include <vector>

#include "experiments/compare/compare.hpp"

namespace echelon::experiments {

/// What the policies of at least one run noted, by name; ascending.
std::vector<std::string> fact_names(const comparison& compared);
/// One of them over the seeds of a grid point.
metric_summary summarise_fact(const point_result& point, const std::string& name);
/// "12.9 ± 0.1"; empty where no run has it.
std::string fact_text(const metric_summary& summary);

/// Points down, facts across; empty where nothing was noted.
std::string facts_markdown(const comparison& compared);
std::string facts_section(const comparison& compared);

}  // namespace echelon::experiments
