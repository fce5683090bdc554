#pragma once

#include <vector>

#include "algorithms/learning/layer_graph.hpp"
#include "algorithms/merging/permutations/unit_classes.hpp"

namespace echelon::merging {

/// One pass over a graph in order, which finds for every node what its output's features and its
/// tensors' axes are made of. Features are numbered as in memory, channel by channel, so that to
/// flatten changes nothing. Source: the rules of decentralised merging, per kind of layer.
class graph_walk {
public:
  graph_walk(const learning::layer_graph& graph, const std::vector<learning::sample_shape>& shapes);

  const unit_classes& classes() const { return classes_; }
  /// One map per feature of the node's output.
  const axis_map& output(index node) const { return outputs_[slot(node)]; }
  /// One map per axis, per tensor of the node.
  const std::vector<std::vector<axis_map>>& tensors(index node) const {
    return tensors_[slot(node)];
  }

private:
  using node_type = learning::layer_node;

  void visit(index number);
  axis_map produce(const node_type& node, const axis_map& in, const learning::sample_shape& from,
                   const learning::sample_shape& to);
  axis_map visit_convolution(const node_type& node, const axis_map& in,
                             const learning::sample_shape& from, index pixels);
  axis_map visit_recurrence(const node_type& node, const axis_map& in,
                            const learning::sample_shape& from);
  axis_map take_slice(const node_type& node, const axis_map& in, index pixels);
  axis_map join_inputs(const node_type& node);
  axis_map channels_of(const axis_map& features, index pixels);

  const learning::layer_graph& graph_;
  const std::vector<learning::sample_shape>& shapes_;
  unit_classes classes_;
  std::vector<axis_map> outputs_;
  std::vector<std::vector<std::vector<axis_map>>> tensors_;
};

}  // namespace echelon::merging
