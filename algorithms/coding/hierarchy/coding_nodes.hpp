#pragma once

#include <vector>

#include "algorithms/base/tree.hpp"
#include "algorithms/coding/work_plan.hpp"

namespace echelon::coding {

/// An inner node of the tree as a layer of coding sees it.
struct coding_node {
  node_id node;
  index layer = 0;               ///< root first; whatever has workers alone below is in the last
  index stragglers = 0;          ///< of its children, as they are
  std::vector<index> busy = {};  ///< positions of the children that get work, ascending
  std::vector<double> capacities = {};  ///< of these, each by all that is below it
  double capacity = 0;                  ///< joint_capacity of these; 0: nobody below gets work

  /// What a code over the busy children must fit.
  code_shape shape(index parts) const;
};

/// The coordinator, then every edge by its number.
/// Errors: tolerances that do not fit the tree, or leave nobody to answer, with what would be right
/// under the keys of [coding].
result<std::vector<coding_node>> coding_nodes(const tree& topology, const plan_choice& choice);

/// The shares of a node's busy children, where it deals so many parts in runs: the least loads that
/// whole parts allow.
std::vector<index> runs(const coding_node& at, index parts);

/// Whether so many parts, dealt in runs, are work for every busy node.
bool enough_parts(const tree& topology, const std::vector<coding_node>& nodes, index parts);

/// Parts of the busiest worker, by its capacity, where every node deals in runs: what whole parts
/// make of parts / capacity of the root.
double busiest_load(const tree& topology, const std::vector<coding_node>& nodes, index parts);

/// The number of parts where none is asked for: the first multiple of the number of busy workers at
/// which whole parts cost next to nothing, or the best of the first few.
index default_parts(const tree& topology, const std::vector<coding_node>& nodes);

}  // namespace echelon::coding
