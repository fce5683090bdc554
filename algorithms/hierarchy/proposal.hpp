#pragma once

#include <string>
#include <vector>

#include "algorithms/hierarchy/frontier.hpp"
#include "algorithms/hierarchy/grouping.hpp"

namespace echelon::hierarchy {

/// A grouping with what it makes of the divergences, and the periods that suit it.
struct group_proposal {
  std::string grouping;
  seating seats;
  divergences apart;
  averaging_frontier plan;

  /// The choice for the budget; without one, the least error after the task's steps.
  const averaging_option& best() const { return plan.chosen ? *plan.chosen : plan.options.back(); }
};

/// The grouping's seats, divergences and plan. Only the divergences and shares of noise depend on
/// the seats: those of `task` are not used. Shapes: one row of `gradients` a shard, all at one
/// model: exact ones, or sketches. Errors: those of the grouping and of plan_averaging; weights
/// that sum to nothing.
result<group_proposal> propose(const averaging_task& task, std::string_view policy,
                               const tree& shape, const shard_profiles& shards,
                               const matrix& gradients, std::uint64_t seed);

/// Proposals of every grouping that needs no lists, the best first; ties in the catalogue's order.
/// Groups that share the mix of all data push divergence down, to levels that average often.
/// Source: specification 7.7 items 2, 5 [R].
result<std::vector<group_proposal>> propose_groups(const averaging_task& task, const tree& shape,
                                                   const shard_profiles& shards,
                                                   const matrix& gradients, std::uint64_t seed);

}  // namespace echelon::hierarchy
