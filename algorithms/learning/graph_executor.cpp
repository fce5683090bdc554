#include "algorithms/learning/graph_executor.hpp"

#include <algorithm>

namespace echelon::learning {
namespace {

std::size_t at_index(index n) { return static_cast<std::size_t>(n); }

/// Copies 16 samples at a time into columns; columns beyond the samples repeat the last one.
template <class Scalar>
void gather(const batch& samples, index stride, Scalar* columns) {
  constexpr index tile = kernels::sample_padding;
  for (index first = 0; first < stride; first += tile) {
    const float* rows[tile];
    for (index n = 0; n < tile; ++n) {
      const index sample = std::min(first + n, std::ssize(samples.rows) - 1);
      rows[n] = samples.data->row(samples.rows[at_index(sample)]);
    }
    for (index feature = 0; feature < samples.data->shape.size(); ++feature)
      for (index n = 0; n < tile; ++n)
        columns[feature * stride + first + n] = static_cast<Scalar>(rows[n][feature]);
  }
}

}  // namespace

template <class Scalar>
graph_executor<Scalar>::graph_executor(const layer_graph& graph,
                                       std::span<const sample_shape> shapes,
                                       const state_layout& layout, math_mode math) {
  std::vector<node_demand> demands{{.features = shapes[0].size()}};
  for (index node = 1; node < graph.size(); ++node)
    demands.push_back(add_step(graph, node, shapes, layout, math));
  std::ranges::transform(shapes, std::back_inserter(features_), &sample_shape::size);
  plan_ = plan_memory(graph, demands);
}

template <class Scalar>
node_demand graph_executor<Scalar>::add_step(const layer_graph& graph, index number,
                                             std::span<const sample_shape> shapes,
                                             const state_layout& layout, math_mode math) {
  const layer_node& node = graph.node(number);
  const layers::layer_type& type = layers::type_of(node.kind);
  std::vector<sample_shape> inputs;
  for (const index from : node.inputs)
    inputs.push_back(shapes[at_index(from)]);
  node_step step{.node = number,
                 .inputs = node.inputs,
                 .layer = type.make<Scalar>({node, inputs, shapes[at_index(number)], math}),
                 .offsets = {},
                 .trained = {}};
  for (const auto& placed : layout.of_node(number)) {
    step.offsets.push_back(placed.offset);
    step.trained.push_back(placed.tensor.trained());
  }
  couples_samples_ |= type.couples_samples;
  steps_.push_back(std::move(step));
  return {.features = shapes[at_index(number)].size(),
          .trained = !steps_.back().offsets.empty(),
          .saved = steps_.back().layer->saved(),
          .scratch = steps_.back().layer->scratch()};
}

template <class Scalar>
void graph_executor<Scalar>::load(space& at, const batch& samples) const {
  at.samples = std::ssize(samples.rows);
  at.stride = kernels::padded(at.samples);
  const index needed = at_stride(plan_.total, at.stride);
  if (at.memory.size() < needed)
    at.memory = block_builder{needed, precision_of<Scalar>};
  gather(samples, at.stride, find(at, plan_.nodes[0].output));
}

template <class Scalar>
void graph_executor<Scalar>::forward(space& at, const Scalar* state, random_stream* random,
                                     Scalar* statistics, activation_reader* reader) const {
  for (const node_step& step : steps_) {
    layers::forward_pass<Scalar> given;
    set_common(given, at, state, step);
    set_outlets(at, step, statistics, false);
    given.training = random != nullptr;
    given.output = find(at, plan_.nodes[at_index(step.node)].output);
    given.random = random;
    given.statistics = at.outlets;
    step.layer->forward(given);
    if (reader != nullptr)
      reader->read(activation<Scalar>{step.node, features_[at_index(step.node)], at.samples,
                                      at.stride, given.output});
  }
}

template <class Scalar>
void graph_executor<Scalar>::backward(space& at, const Scalar* state, Scalar* gradients,
                                      bool accumulate) const {
  at.written.assign(features_.size(), false);
  for (auto step = steps_.rbegin(); step != steps_.rend(); ++step) {
    const auto& places = plan_.nodes[at_index(step->node)];
    if (!places.wants_gradient)
      continue;
    layers::backward_pass<Scalar> given;
    set_common(given, at, state, *step);
    set_outlets(at, *step, gradients, true);
    set_input_gradients(at, *step);
    given.training = true;
    given.output = find(at, places.output);
    given.output_gradient = find(at, places.gradient);
    given.input_gradients = at.input_gradients;
    given.tensor_gradients = at.outlets;
    given.accumulate = accumulate;
    step->layer->backward(given);
    add_contributions(at, *step);
  }
}

template <class Scalar>
Scalar* graph_executor<Scalar>::find(space& at, const place& where) const {
  return at.memory.template as<Scalar>().data() + at_stride(where, at.stride);
}

/// What forward and backward passes have in common.
template <class Scalar>
void graph_executor<Scalar>::set_common(layers::pass<Scalar>& given, space& at, const Scalar* state,
                                        const node_step& step) const {
  at.inputs.clear();
  for (const index from : step.inputs)
    at.inputs.push_back(find(at, plan_.nodes[at_index(from)].output));
  at.tensors.clear();
  for (const index offset : step.offsets)
    at.tensors.push_back(state + offset);
  given.samples = at.samples;
  given.stride = at.stride;
  given.inputs = at.inputs;
  given.tensors = at.tensors;
  given.saved = find(at, plan_.nodes[at_index(step.node)].saved);
  given.scratch = find(at, plan_.scratch);
}

/// Where a node's tensors of one sort go: gradients of what is trained, or statistics of what is
/// not.
template <class Scalar>
void graph_executor<Scalar>::set_outlets(space& at, const node_step& step, Scalar* numbers,
                                         bool trained) const {
  at.outlets.clear();
  for (std::size_t k = 0; k < step.offsets.size(); ++k)
    at.outlets.push_back(
        numbers != nullptr && step.trained[k] == trained ? numbers + step.offsets[k] : nullptr);
}

/// The first node to contribute to a gradient writes it; what later ones have to add goes aside
/// first.
template <class Scalar>
void graph_executor<Scalar>::set_input_gradients(space& at, const node_step& step) const {
  Scalar* aside = find(at, plan_.contributions);
  at.input_gradients.clear();
  for (const index from : step.inputs) {
    const auto& places = plan_.nodes[at_index(from)];
    if (!places.wants_gradient) {
      at.input_gradients.push_back(nullptr);
    } else if (!at.written[at_index(from)]) {
      at.input_gradients.push_back(find(at, places.gradient));
      at.written[at_index(from)] = true;
    } else {
      at.input_gradients.push_back(aside);
      aside += features_[at_index(from)] * at.stride;
    }
  }
}

template <class Scalar>
void graph_executor<Scalar>::add_contributions(space& at, const node_step& step) const {
  for (std::size_t k = 0; k < step.inputs.size(); ++k) {
    const Scalar* contributed = at.input_gradients[k];
    const std::size_t from = at_index(step.inputs[k]);
    Scalar* gradient = find(at, plan_.nodes[from].gradient);
    if (contributed == nullptr || contributed == gradient)
      continue;
    for (index i = 0; i < features_[from] * at.stride; ++i)
      gradient[i] += contributed[i];
  }
}

template class graph_executor<float>;
template class graph_executor<double>;

}  // namespace echelon::learning
