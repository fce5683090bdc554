#pragma once

#include "algorithms/learning/layer_graph.hpp"
#include "algorithms/learning/model.hpp"

namespace echelon::learning {

/// Where the tensors of a graph lie in the flat state, and how they start.
class state_layout {
public:
  /// One tensor of one node.
  struct placed_tensor {
    layer_tensor tensor;
    initialisation start;
    index offset;
  };

  state_layout(const layer_graph& graph, std::span<const sample_shape> shapes);

  /// Parameters in node order, then buffers in node order.
  std::span<const tensor_spec> specs() const { return specs_; }
  std::span<const placed_tensor> of_node(index node) const {
    return nodes_[static_cast<std::size_t>(node)];
  }
  index parameter_count() const { return parameters_; }
  index buffer_count() const { return buffers_; }

  /// Weights as their initialisation says, one random stream per tensor; scales and variances 1,
  /// the rest 0.
  block initial_state(std::uint64_t init_seed, precision kind) const;

private:
  std::vector<std::vector<placed_tensor>> nodes_;
  std::vector<tensor_spec> specs_;
  index parameters_ = 0;
  index buffers_ = 0;
};

}  // namespace echelon::learning
