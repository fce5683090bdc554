#pragma once

#include <cstdint>
#include <string>

#include "actors/training.hpp"

namespace echelon::actors {

/// How another process of the same run makes a plan that came up on the way, in its epoch.
std::string recipe_of(std::uint64_t epoch, const coding::plan_choice& choice);

/// Errors: no recipe, or one of another run.
result<coding::work_plan> follow_recipe(const training_setup& setup, const std::string& recipe);

}  // namespace echelon::actors
