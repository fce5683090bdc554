#include "algorithms/learning/layers/layer.hpp"

namespace echelon::learning::layers {
namespace {

/// y = W x + b for every column x.
template <class Scalar>
class dense final : public layer<Scalar> {
public:
  explicit dense(const layer_site& site)
      : inputs_(site.inputs[0].size()), outputs_(site.node.units), bias_(site.node.bias),
        kernels_(kernels::kernels_for<Scalar>(site.math)) {}

  void forward(const forward_pass<Scalar>& batch) const override {
    for (index unit = 0; bias_ && unit < outputs_; ++unit)
      std::fill_n(batch.output + unit * batch.stride, batch.stride, batch.tensors[1][unit]);
    kernels_.multiply({.rows = outputs_,
                       .columns = batch.stride,
                       .depth = inputs_,
                       .left = {batch.tensors[0], inputs_},
                       .right = {batch.inputs[0], batch.stride},
                       .out = batch.output,
                       .out_step = batch.stride,
                       .accumulate = bias_});
  }

  void backward(const backward_pass<Scalar>& batch) const override {
    const kernels::matrix_view<Scalar> up{batch.output_gradient, batch.stride};
    kernels_.multiply({.rows = outputs_,
                       .columns = inputs_,
                       .depth = batch.samples,
                       .left = up,
                       .right = kernels::matrix_view{batch.inputs[0], batch.stride}.transposed(),
                       .out = batch.tensor_gradients[0],
                       .out_step = inputs_,
                       .accumulate = batch.accumulate});
    if (bias_)
      add_bias_gradient(batch);
    if (batch.input_gradients[0] != nullptr)
      kernels_.multiply({.rows = inputs_,
                         .columns = batch.stride,
                         .depth = outputs_,
                         .left = kernels::matrix_view{batch.tensors[0], inputs_}.transposed(),
                         .right = up,
                         .out = batch.input_gradients[0],
                         .out_step = batch.stride});
  }

private:
  void add_bias_gradient(const backward_pass<Scalar>& batch) const {
    for (index unit = 0; unit < outputs_; ++unit) {
      Scalar& sum = batch.tensor_gradients[1][unit];
      sum = kernels_.sum(batch.output_gradient + unit * batch.stride, batch.stride) +
            (batch.accumulate ? sum : Scalar{0});
    }
  }

  index inputs_, outputs_;
  bool bias_;
  const kernels::kernel_set<Scalar>& kernels_;
};

result<sample_shape> dense_shape(const layer_node& node, std::span<const sample_shape> inputs) {
  const sample_shape& from = inputs[0];
  if (from.height * from.width != 1)
    return fail(errc::bad_input, "dense layer \"{}\" has an input of {}x{}x{}; flatten it first",
                node.name, from.channels, from.height, from.width);
  if (node.units < 1)
    return fail(errc::bad_input, "dense layer \"{}\" has {} units; it needs at least 1", node.name,
                node.units);
  return sample_shape{node.units, 1, 1};
}

std::vector<layer_tensor> dense_tensors(const layer_node& node,
                                        std::span<const sample_shape> inputs) {
  using enum axis_layout::side;
  const index from = inputs[0].size();
  std::vector<layer_tensor> all{{.suffix = "weight",
                                 .role = tensor_role::weight,
                                 .shape = {node.units, from},
                                 .axes = {{output}, {input}},
                                 .fan_in = from,
                                 .fan_out = node.units}};
  if (node.bias)
    all.push_back(
        {.suffix = "bias", .role = tensor_role::bias, .shape = {node.units}, .axes = {{output}}});
  return all;
}

}  // namespace

const layer_type dense_type{.kind = layer_kind::dense,
                            .name = "dense",
                            .infer = dense_shape,
                            .tensors = dense_tensors,
                            .make_single = make_layer<dense, float>,
                            .make_double = make_layer<dense, double>};

}  // namespace echelon::learning::layers
