#include <array>

#include "algorithms/learning/layers/layer.hpp"

namespace echelon::learning {
namespace layers {
namespace {

result<sample_shape> no_inference(const layer_node& node, std::span<const sample_shape>) {
  return fail(errc::bad_input, "layer \"{}\": only node 0 of a graph is an input", node.name);
}

const layer_type input_type{.kind = layer_kind::input,
                            .name = "input",
                            .infer = no_inference,
                            .tensors = no_tensors,
                            .make_single = nullptr,
                            .make_double = nullptr};

// In the order of layer_kind.
const std::array types{&input_type,      &dense_type,        &convolution_type,
                       &batch_norm_type, &layer_norm_type,   &group_norm_type,
                       &relu_type,       &gelu_type,         &tanh_type,
                       &max_pool_type,   &average_pool_type, &global_average_pool_type,
                       &dropout_type,    &add_type,          &concatenate_type,
                       &slice_type,      &flatten_type,      &lstm_type};

}  // namespace

const layer_type& type_of(layer_kind kind) {
  const layer_type& found = *types.at(static_cast<std::size_t>(kind));
  expects(found.kind == kind);
  return found;
}

result<sample_shape> same_shape(const layer_node&, std::span<const sample_shape> inputs) {
  return inputs[0];
}

}  // namespace layers

std::vector<layer_tensor> tensors_of(const layer_node& node, std::span<const sample_shape> inputs) {
  return layers::type_of(node.kind).tensors(node, inputs);
}

std::string_view to_string(layer_kind kind) { return layers::type_of(kind).name; }

}  // namespace echelon::learning
