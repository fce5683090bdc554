#pragma once

#include <string>
#include <string_view>

#include "experiments/report/straggler_map.hpp"

namespace echelon::experiments {

/// Nodes (such as "worker") down, rounds across, coloured by answer time: the darker the later.
/// Blocks in which most answers were missing have a colour of their own, drawn-slow ones a dot, and
/// a bar at the end of each row says in how many rounds its workers were silent. At most
/// `straggler_map`'s bound of cells. Empty where the map is.
std::string draw(const straggler_map& map, std::string_view node = "worker");

}  // namespace echelon::experiments
