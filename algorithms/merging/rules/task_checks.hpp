#pragma once

#include "algorithms/merging/rules/merge_rule.hpp"

namespace echelon::merging {

/// Errors: the first thing about a task's peers that forbids to merge, in a sentence that names the
/// peer.
result<void> check_task(const merge_task& task);

/// The same, of one model alone.
result<void> check_model(const merge_task& task, const peer_model& from);
/// Whether weights that were summed make up a whole.
result<void> check_weights(const merge_task& task, double sum);

}  // namespace echelon::merging
