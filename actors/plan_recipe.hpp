#pragma once

#include <cstdint>
#include <string>

#include "actors/training.hpp"

namespace echelon::actors {

/// How another process of the same run makes a plan that came up on the way. Epochs count a run's
/// plans: the same work under another epoch is another plan, so that what belongs to a round that
/// was begun anew is told from what belongs to its first attempt.
std::string recipe_of(std::uint64_t epoch, const coding::plan_choice& choice);

/// Errors: no recipe, or one of another run.
result<coding::work_plan> follow_recipe(const training_setup& setup, const std::string& recipe);

/// The plan under that epoch; 0 is that of the plan a run begins with.
coding::work_plan in_epoch(coding::work_plan plan, std::uint64_t epoch);

}  // namespace echelon::actors
