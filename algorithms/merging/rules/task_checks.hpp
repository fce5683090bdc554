#pragma once

#include "algorithms/merging/rules/merge_rule.hpp"

namespace echelon::merging {

/// Errors: the first thing about a task's peers that forbids to merge, in a sentence that names the
/// peer.
result<void> check_task(const merge_task& task);

}  // namespace echelon::merging
