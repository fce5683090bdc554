#pragma once

#include <span>
#include <vector>

#include "algorithms/learning/layers/layer.hpp"

namespace echelon::learning {

/// A place in a workspace, as a line in the stride: per_sample * stride + fixed numbers from its
/// start.
using place = layers::memory_need;

inline index at_stride(const layers::memory_need& line, index stride) {
  return line.per_sample * stride + line.fixed;
}

/// Where each node keeps what while a batch runs forward and backward. Outputs live until the batch
/// is done, gradients from the first node that contributes to them until their own node has used
/// them.
struct memory_plan {
  struct node_places {
    place output;
    place gradient;
    place saved;
    bool wants_gradient = false;  ///< a trained tensor lies at or before this node
  };
  std::vector<node_places> nodes;
  place scratch;
  place contributions;  ///< of one node to gradients that others have contributed to before
  layers::memory_need total;
};

/// What the plan must know of one node.
struct node_demand {
  index features = 0;
  bool trained = false;  ///< has trained tensors of its own
  layers::memory_need saved = {};
  layers::memory_need scratch = {};
};

memory_plan plan_memory(const layer_graph& graph, std::span<const node_demand> demands);

}  // namespace echelon::learning
