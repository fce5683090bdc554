#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "actors/training.hpp"
#include "experiments/scenario/scenario.hpp"

namespace echelon::experiments {

/// The facts of a run that are known before it starts: name, world, workers, parts, samples,
/// parameters, ...
nlohmann::ordered_json facts_json(const scenario& described, const actors::training_setup& setup);

/// Every section with every setting, as in scenario.toml.
nlohmann::ordered_json scenario_json(const scenario& described);

/// The facts in one line for people.
std::string describe(const scenario& described, const actors::training_setup& setup);

}  // namespace echelon::experiments
