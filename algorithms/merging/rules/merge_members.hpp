#pragma once

#include <optional>
#include <vector>

#include "algorithms/merging/rules/merge_rule.hpp"

namespace echelon::merging {

/// The own model and all others that have weight, in ascending order of peers.
std::vector<const peer_model*> members_of(const merge_task& task);

/// Mean over the calibration samples; none where they have no labels.
std::optional<double> calibration_loss(const merge_task& task, const block& merged);

}  // namespace echelon::merging
