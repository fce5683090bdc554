#pragma once

#include <optional>
#include <span>
#include <string>

#include "algorithms/base/result.hpp"
#include "algorithms/coding/work_plan.hpp"

namespace echelon::coding {

/// What a round showed of a worker or an edge. Times in seconds.
struct node_sample {
  index node = 0;
  double parts = 0;   ///< computed; 0 for an edge
  double busy_s = 0;  ///< computing them; 0 for an edge
  double
      link_s = 0;  ///< its messages' time to its parent and back, both together; negative: unknown
};

/// A plan that is to replace the one in force, and how long its data take to be moved.
struct new_plan {
  work_plan plan;
  plan_choice choice;  ///< what it was made from
  double move_s = 0;
};

/// Watches a run's rounds and says when another plan would pay. One object a run; what it answers
/// depends on nothing but what it was told.
class replanner {
public:
  virtual ~replanner() = default;
  /// What was measured in one round; nodes that did nothing are left out.
  virtual void observe(std::span<const node_sample> workers,
                       std::span<const node_sample> edges) = 0;
  /// A better plan for the rounds that are left, of as many parts, or nothing.
  virtual std::optional<new_plan> consider(index rounds_left) = 0;

  /// Everything it knows, the plan in force included, as text for a checkpoint; and back. The
  /// restored plan is the one in force, or nothing where that is the first one still.
  virtual std::string memory() const = 0;
  virtual result<std::optional<new_plan>> restore(std::string_view memory) = 0;
};

}  // namespace echelon::coding
