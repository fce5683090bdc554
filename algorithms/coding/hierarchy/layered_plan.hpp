#pragma once

#include <string_view>

#include "algorithms/coding/work_plan.hpp"

namespace echelon::coding {

/// Hierarchical gradient coding: a code at every inner node of a tree of any depth. A node's code
/// runs over its children and the parts that fall to the node; a worker's coefficients are the
/// products of those of all layers above it, and whoever decodes needs its own layer alone.
/// Where no layers are chosen, each is "frc" if the groups load nobody more than 15 % above the
/// load of runs, "uncoded" if it is to survive nobody's absence, and "polynomial" otherwise.
/// Source: Tang, Li, Chen, Chen 2024, arXiv:2406.10831 (layers, bound); all else is a
/// reconstruction (specification 4), and the recursion to more layers Echelon's.
struct hierarchical {
  static constexpr std::string_view name = "hierarchical";
  static constexpr std::string_view
      summary = "a code at every edge and at the root; survives absent edges and absent workers";
  static constexpr std::string_view
      source = "Tang et al. 2024, arXiv:2406.10831 (layers, bound); reconstruction (codes)";
};

/// `choice.layers` names a code for each layer, root first, or is empty; the plan records what was
/// chosen. No parts: default_parts.
/// Errors: what does not fit, with what would be right, under the keys of [coding].
/// Cost: that of making one code for each different shape, and O(rows).
result<work_plan> plan_layers(const tree& topology, const code_catalogue& known,
                              const plan_choice& choice);

}  // namespace echelon::coding
