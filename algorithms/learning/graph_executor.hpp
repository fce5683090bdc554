#pragma once

#include <vector>

#include "algorithms/learning/memory_plan.hpp"
#include "algorithms/learning/model_tensors.hpp"

namespace echelon::learning {

/// The memory of one compute task for one graph; grows to the largest batch it has met.
template <class Scalar>
struct graph_workspace final : workspace {
  block_builder memory;
  index stride = 0;
  index samples = 0;
  // What one layer is given, kept here so that no step allocates.
  std::vector<const Scalar*> inputs, tensors;
  std::vector<Scalar*> outlets, input_gradients;
  std::vector<bool> written;
};

/// A graph with its layers made, for one number type: runs batches forward and backward in a
/// workspace.
template <class Scalar>
class graph_executor {
public:
  using space = graph_workspace<Scalar>;

  graph_executor(const layer_graph& graph, std::span<const sample_shape> shapes,
                 const state_layout& layout, math_mode math);

  bool couples_samples() const { return couples_samples_; }
  index numbers_per_sample() const { return plan_.total.per_sample; }

  /// Sizes the workspace for the samples and loads them.
  void load(space& at, const batch& samples) const;
  /// `random` is null in evaluation; `statistics`, null or the flat state, receives what buffers
  /// measured; `reader`, if any, is shown every node's output.
  void forward(space& at, const Scalar* state, random_stream* random, Scalar* statistics,
               activation_reader* reader = nullptr) const;
  /// Expects the gradient of the last node's output at `output_gradient`.
  void backward(space& at, const Scalar* state, Scalar* gradients, bool accumulate) const;

  Scalar* output(space& at) const { return find(at, plan_.nodes.back().output); }
  Scalar* output_gradient(space& at) const { return find(at, plan_.nodes.back().gradient); }

private:
  struct node_step {
    index node;
    std::vector<index> inputs;
    layers::layer_ptr<Scalar> layer;
    std::vector<index> offsets;  ///< of its tensors in the state
    std::vector<bool> trained;   ///< one per tensor
  };

  node_demand add_step(const layer_graph& graph, index node, std::span<const sample_shape> shapes,
                       const state_layout& layout, math_mode math);
  Scalar* find(space& at, const place& where) const;
  void set_common(layers::pass<Scalar>& given, space& at, const Scalar* state,
                  const node_step& step) const;
  void set_outlets(space& at, const node_step& step, Scalar* numbers, bool trained) const;
  void set_input_gradients(space& at, const node_step& step) const;
  void add_contributions(space& at, const node_step& step) const;

  std::vector<node_step> steps_;
  std::vector<index> features_;  ///< of every node
  memory_plan plan_;
  bool couples_samples_ = false;
};

}  // namespace echelon::learning
