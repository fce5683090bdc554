#pragma once

#include "algorithms/base/parameters.hpp"
#include "algorithms/merging/rules/alignment.hpp"

// The settings that merge rules share, and what their words mean.
namespace echelon::merging {

parameter bn_reset_parameter(std::string fallback);
parameter tie_break_parameter(double fallback);

/// Pearson also for "weights", where nothing is measured.
similarity read_similarity(const parameters& given);
statistics_reset read_bn_reset(const parameters& given);

}  // namespace echelon::merging
