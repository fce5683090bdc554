#pragma once

#include <vector>

#include "algorithms/merging/permutations/unit_mixes.hpp"
#include "algorithms/merging/rules/merge_rule.hpp"
#include "algorithms/merging/rules/statistics_reset.hpp"

namespace echelon::merging {

/// A peer's model once its units are mixed so that they stand beside the merging peer's.
struct fused_part {
  const peer_model* from;
  block state;
  double kept_share = 1;
  std::vector<class_match> classes = {};
};

/// As it came: the merging peer's own, or anybody's where there is nothing to mix.
fused_part unmixed(const peer_model& from);

/// The weighted sum of the parts in their order, statistics, and the report. Units are the merging
/// peer's.
result<merged_model> fuse(const merge_task& task, const std::vector<fused_part>& parts,
                          statistics_reset reset_after);

}  // namespace echelon::merging
