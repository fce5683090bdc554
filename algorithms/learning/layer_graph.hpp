#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "algorithms/base/result.hpp"
#include "algorithms/learning/dataset.hpp"

namespace echelon::learning {

/// What a node computes. Each kind has one file in layers/ and one row in layers/layer_types.cpp.
enum class layer_kind : unsigned char {
  input,
  dense,
  convolution,
  batch_norm,
  layer_norm,
  group_norm,
  relu,
  gelu,
  tanh,
  max_pool,
  average_pool,
  global_average_pool,
  dropout,
  add,
  concatenate,
  slice,
  flatten,
  lstm,
};

/// How a weight tensor starts.
enum class initialisation : unsigned char {
  he,     ///< uniform within sqrt(6 / inputs): for what a ReLU follows. Source: He et al. 2015
  glorot  ///< uniform within sqrt(6 / (inputs + outputs)): the rest. Source: Glorot, Bengio 2010
};

/// The window of a convolution or a pool: its extent, how far it moves, and the zeros round the
/// image.
struct window_shape {
  index height = 1;
  index width = 1;
  index stride = 1;
  index padding = 0;
};

/// One operation of a graph, as plain data. Settings that a kind does not use keep their defaults.
struct layer_node {
  layer_kind kind = layer_kind::input;
  std::string name = {};           ///< unique; its tensors are called "<name>.weight" and so on
  std::vector<index> inputs = {};  ///< numbers of earlier nodes
  index units = 0;           ///< dense, lstm: outputs; convolution, slice: channels of the output
  window_shape window = {};  ///< convolution, max_pool, average_pool
  index groups = 1;          ///< convolution: channels of a group see one another; group_norm
  index first = 0;           ///< slice: its first channel
  double rate = 0;           ///< dropout: the share of numbers dropped in training
  double epsilon = 1e-5;     ///< norms: added to variances
  bool bias = true;          ///< dense, convolution
  bool every_step = false;  ///< lstm: output all steps (1 x steps x units), not the last (units x 1
                            ///< x 1)
  initialisation start = initialisation::he;
};

/// What the last node's output is compared with.
enum class loss_kind : unsigned char {
  softmax_cross_entropy,  ///< minus the log of the softmax probability of the label
  squared  ///< half the squared distance to the target, or to the label as a unit vector
};

/// What a network computes, as data: nodes in an order in which every node follows its inputs. Node
/// 0 is the input, the last node the output. `compile` makes a model of it; permutation
/// specifications are derived from the same nodes.
class layer_graph {
public:
  layer_graph(sample_shape input, loss_kind loss);

  /// Appends a node and returns its number. Inputs that are not earlier nodes are a bug.
  index add(layer_node node);

  std::span<const layer_node> nodes() const { return nodes_; }
  const layer_node& node(index number) const { return nodes_[static_cast<std::size_t>(number)]; }
  index size() const { return std::ssize(nodes_); }
  sample_shape input_shape() const { return input_; }
  loss_kind loss() const { return loss_; }

private:
  std::vector<layer_node> nodes_;
  sample_shape input_;
  loss_kind loss_;
};

/// What a tensor holds, in the vocabulary of the usual libraries.
enum class tensor_role : unsigned char {
  weight,
  bias,
  scale,
  shift,
  running_mean,
  running_variance
};

/// What one axis of a tensor runs over: position ((o * units) + u) * inner + t belongs to unit u of
/// the layer's output or input, with o below `outer` and t below `inner`.
struct axis_layout {
  enum class side : unsigned char { none, output, input } of = side::none;
  index outer = 1;
  index inner = 1;
};

/// One tensor of a node: trained parameters, or buffers that are measured.
struct layer_tensor {
  std::string suffix;  ///< "weight": the tensor's full name is "<node>.weight"
  tensor_role role;
  std::vector<index> shape;
  std::vector<axis_layout> axes;  ///< one per axis
  index fan_in = 0;               ///< of a weight: what an output sums over
  index fan_out = 0;
  index ones_first = 0;  ///< of a bias: where a run of ones begins among the zeros
  index ones_count = 0;

  bool trained() const {
    return role != tensor_role::running_mean && role != tensor_role::running_variance;
  }
};

/// The output shape of every node.
/// Errors: a node that does not fit its inputs, a name used twice, a node that nothing uses.
result<std::vector<sample_shape>> infer_shapes(const layer_graph& graph);

/// The tensors of one node, given the shapes of its inputs.
std::vector<layer_tensor> tensors_of(const layer_node& node, std::span<const sample_shape> inputs);

/// "dense", "batch-norm", ...
std::string_view to_string(layer_kind kind);

}  // namespace echelon::learning
