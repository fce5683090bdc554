#pragma once

#include <nlohmann/json.hpp>

#include "algorithms/coding/planning/break_even.hpp"

namespace echelon::experiments {

/// {"break_even": {probabilities, factors, cells: [{probability, factor, winner, gain, ...}]}}
nlohmann::ordered_json break_even_json(const coding::planning::break_even_map& map);

/// A grid for a terminal: in each cell who wins, by a letter, and the percentage of time saved.
std::string break_even_text(const coding::planning::break_even_map& map);

/// The same as a self-contained page, the greener the more is saved.
std::string break_even_page(const coding::planning::break_even_map& map, std::string_view name);

}  // namespace echelon::experiments
