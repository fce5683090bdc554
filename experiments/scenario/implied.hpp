#pragma once

#include "algorithms/base/result.hpp"
#include "algorithms/base/value.hpp"
#include "experiments/scenario/schema.hpp"

namespace echelon::experiments {

/// Fills in what follows from other settings, before defaults are: a tree where edges are given,
/// peers where those are, the learning rate of an optimiser, tables for policies given by name
/// alone, and absolute paths for those relative to the current directory. Leaves everything it does
/// not understand for the schema to refuse.
value with_implied(value settings, const scenario_schema& schema);

}  // namespace echelon::experiments
