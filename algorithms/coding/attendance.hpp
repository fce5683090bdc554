#pragma once

#include <span>

#include "algorithms/coding/planning/planner.hpp"
#include "algorithms/coding/replanner.hpp"

namespace echelon::coding {

/// The plan of a run whose nodes come and go: that of `wanted`, over the workers who are there. The
/// others get no work. A flat code that has no plan for that number of workers gives way to a
/// polynomial one, which has. Where so few are left that the tolerances cannot be had, they are
/// lowered together until a plan can be made; the last resort is uncoded work. `wanted.parts` stays
/// as it is, so that a round is the same sum whoever computes it; it must not be 0.
///
/// Errors: nobody is there; nothing can be made.
///
/// Cost: that of making the plans that are tried, at most two for each tolerance.
///
/// Source: Echelon.
result<new_plan> plan_for_those_present(const planning::plan_maker& make, const plan_choice& wanted,
                                        const tree& topology, std::span<const index> absent);

}  // namespace echelon::coding
