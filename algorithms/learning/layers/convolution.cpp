#include "algorithms/learning/layers/windows.hpp"

namespace echelon::learning::layers {
namespace {

/// Cross-correlation with zero padding; a group of outputs sees the group of inputs of the same
/// number, so that as many groups as input channels make it depthwise, with a multiplier where
/// there are more outputs. Direct: no patches are copied, since the samples are innermost in
/// memory.
template <class Scalar>
class convolution final : public layer<Scalar> {
public:
  explicit convolution(const layer_site& site)
      : groups_(site.node.groups), inputs_(site.inputs[0].channels / groups_),
        outputs_(site.node.units / groups_),
        window_(site.node.window.height * site.node.window.width),
        in_pixels_(site.inputs[0].height * site.inputs[0].width),
        out_pixels_(site.output.height * site.output.width), bias_(site.node.bias),
        output_runs_(output_runs(site.node.window, site.inputs[0], site.output)),
        input_runs_(input_runs(site.node.window, site.inputs[0], site.output)),
        kernels_(kernels::kernels_for<Scalar>(site.math)) {}

  void forward(const forward_pass<Scalar>& batch) const override {
    const index in_step = in_pixels_ * batch.stride;
    const index out_step = out_pixels_ * batch.stride;
    for (index unit = 0; bias_ && unit < groups_ * outputs_; ++unit)
      std::fill_n(batch.output + unit * out_step, out_step, batch.tensors[1][unit]);
    for (index group = 0; group < groups_; ++group)
      for (const auto& runs : output_runs_.groups())
        for (const kernels::run_start& start : runs.starts)
          kernels_.convolve({.taps = runs.taps,
                             .start = start,
                             .rows = outputs_,
                             .channels = inputs_,
                             .pixels = runs.pixels,
                             .stride = batch.stride,
                             .weights = batch.tensors[0] + group * outputs_ * inputs_ * window_,
                             .weight_row_step = inputs_ * window_,
                             .weight_channel_step = window_,
                             .input = {batch.inputs[0] + group * inputs_ * in_step, in_step},
                             .out = {batch.output + group * outputs_ * out_step, out_step},
                             .accumulate = bias_});
  }

  void backward(const backward_pass<Scalar>& batch) const override {
    if (!batch.accumulate)
      std::fill_n(batch.tensor_gradients[0], groups_ * outputs_ * inputs_ * window_, Scalar{0});
    if (bias_)
      add_bias_gradient(batch);
    for (index group = 0; group < groups_; ++group) {
      add_weight_gradient(batch, group);
      if (batch.input_gradients[0] != nullptr)
        write_input_gradient(batch, group);
    }
  }

private:
  void add_bias_gradient(const backward_pass<Scalar>& batch) const {
    const index out_step = out_pixels_ * batch.stride;
    for (index unit = 0; unit < groups_ * outputs_; ++unit) {
      Scalar& sum = batch.tensor_gradients[1][unit];
      sum = kernels_.sum(batch.output_gradient + unit * out_step, out_step) +
            (batch.accumulate ? sum : Scalar{0});
    }
  }

  void add_weight_gradient(const backward_pass<Scalar>& batch, index group) const {
    const index in_step = in_pixels_ * batch.stride;
    const index out_step = out_pixels_ * batch.stride;
    for (const auto& runs : output_runs_.groups())
      kernels_.correlate(
          {.taps = runs.taps,
           .starts = runs.starts,
           .rows = outputs_,
           .channels = inputs_,
           .pixels = runs.pixels,
           .stride = batch.stride,
           .weights = batch.tensor_gradients[0] + group * outputs_ * inputs_ * window_,
           .weight_row_step = inputs_ * window_,
           .weight_channel_step = window_,
           .input = {batch.inputs[0] + group * inputs_ * in_step, in_step},
           .out = {batch.output_gradient + group * outputs_ * out_step, out_step}});
  }

  /// Rows and channels change places: each input pixel gathers from the outputs that saw it.
  void write_input_gradient(const backward_pass<Scalar>& batch, index group) const {
    const index in_step = in_pixels_ * batch.stride;
    const index out_step = out_pixels_ * batch.stride;
    for (const auto& runs : input_runs_.groups())
      for (const kernels::run_start& start : runs.starts)
        kernels_.convolve({.taps = runs.taps,
                           .start = start,
                           .rows = inputs_,
                           .channels = outputs_,
                           .pixels = runs.pixels,
                           .stride = batch.stride,
                           .weights = batch.tensors[0] + group * outputs_ * inputs_ * window_,
                           .weight_row_step = window_,
                           .weight_channel_step = inputs_ * window_,
                           .input = {batch.output_gradient + group * outputs_ * out_step, out_step},
                           .out = {batch.input_gradients[0] + group * inputs_ * in_step, in_step}});
  }

  index groups_;
  index inputs_, outputs_;  ///< channels of one group
  index window_;
  index in_pixels_, out_pixels_;
  bool bias_;
  window_runs output_runs_, input_runs_;
  const kernels::kernel_set<Scalar>& kernels_;
};

result<sample_shape> convolution_shape(const layer_node& node,
                                       std::span<const sample_shape> inputs) {
  const index channels = inputs[0].channels;
  if (node.units < 1 || node.groups < 1 || channels % node.groups != 0 ||
      node.units % node.groups != 0)
    return fail(
        errc::bad_input,
        "convolution layer \"{}\" has {} groups for {} input and {} output channels; the groups "
        "must divide both",
        node.name, node.groups, channels, node.units);
  ECHELON_TRY(sample_shape shape, windowed_shape(node, inputs[0]));
  shape.channels = node.units;
  return shape;
}

std::vector<layer_tensor> convolution_tensors(const layer_node& node,
                                              std::span<const sample_shape> inputs) {
  using enum axis_layout::side;
  const index from = inputs[0].channels / node.groups;
  const index window = node.window.height * node.window.width;
  std::vector<layer_tensor> all{{.suffix = "weight",
                                 .role = tensor_role::weight,
                                 .shape = {node.units, from, node.window.height, node.window.width},
                                 .axes = {{output}, {input}, {none}, {none}},
                                 .fan_in = from * window,
                                 .fan_out = node.units / node.groups * window}};
  if (node.bias)
    all.push_back(
        {.suffix = "bias", .role = tensor_role::bias, .shape = {node.units}, .axes = {{output}}});
  return all;
}

}  // namespace

const layer_type convolution_type{.kind = layer_kind::convolution,
                                  .name = "convolution",
                                  .infer = convolution_shape,
                                  .tensors = convolution_tensors,
                                  .make_single = make_layer<convolution, float>,
                                  .make_double = make_layer<convolution, double>};

}  // namespace echelon::learning::layers
