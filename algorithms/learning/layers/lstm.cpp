#include <algorithm>

#include "algorithms/learning/layers/layer.hpp"

namespace echelon::learning::layers {
namespace {

/// A recurrent layer over the rows of the input, top to bottom, starting from zeros. With gates
/// (i, f, g, o) = (logistic, logistic, tanh, logistic) of W x + U h + b: c = f c + i g, h = o
/// tanh(c). Source: Hochreiter, Schmidhuber 1997, with the forget gate of Gers et al. 2000, whose
/// bias starts at 1 (Jozefowicz et al. 2015).
template <class Scalar>
class lstm final : public layer<Scalar> {
public:
  explicit lstm(const layer_site& site)
      : steps_(site.inputs[0].height), width_(site.inputs[0].width), units_(site.node.units),
        every_step_(site.node.every_step), kernels_(kernels::kernels_for<Scalar>(site.math)) {}

  /// Per step: the four gates, the cell, its tanh, and the output.
  memory_need saved() const override { return {.per_sample = steps_ * 7 * units_}; }
  /// Gradients of the gates, of the output and of the cell.
  memory_need scratch() const override { return {.per_sample = 6 * units_}; }

  void forward(const forward_pass<Scalar>& batch) const override {
    const index count = units_ * batch.stride;
    for (index step = 0; step < steps_; ++step) {
      Scalar* gates = gates_at(batch, step);
      open_gates(batch, step, gates);
      kernels_.logistic(gates, gates, 2 * count);
      kernels_.hyperbolic_tangent(gates + 2 * count, gates + 2 * count, count);
      kernels_.logistic(gates + 3 * count, gates + 3 * count, count);
      Scalar* cell = gates + 4 * count;
      const Scalar* before = step > 0 ? gates_at(batch, step - 1) + 4 * count : nullptr;
      for (index i = 0; i < count; ++i)
        cell[i] = gates[i] * gates[2 * count + i] +
                  (before != nullptr ? gates[count + i] * before[i] : Scalar{0});
      kernels_.hyperbolic_tangent(cell, cell + count, count);
      for (index i = 0; i < count; ++i)
        cell[2 * count + i] = gates[3 * count + i] * cell[count + i];
      if (every_step_)
        std::copy_n(cell + 2 * count, count, batch.output + step * count);
    }
    if (!every_step_)
      std::copy_n(gates_at(batch, steps_ - 1) + 6 * count, count, batch.output);
  }

  void backward(const backward_pass<Scalar>& batch) const override {
    const index count = units_ * batch.stride;
    Scalar* up_gates = batch.scratch;
    Scalar* up_output = batch.scratch + 4 * count;
    Scalar* up_cell = batch.scratch + 5 * count;
    std::fill_n(up_output, 2 * count, Scalar{0});
    for (index step = steps_ - 1; step >= 0; --step) {
      if (every_step_ || step == steps_ - 1) {
        const Scalar* up = batch.output_gradient + (every_step_ ? step * count : 0);
        for (index i = 0; i < count; ++i)
          up_output[i] += up[i];
      }
      close_gates(batch, step, up_gates, up_output, up_cell);
      add_tensor_gradients(batch, step, up_gates, batch.accumulate || step < steps_ - 1);
      if (batch.input_gradients[0] != nullptr)
        kernels_.multiply({.rows = width_,
                           .columns = batch.stride,
                           .depth = 4 * units_,
                           .left = weights(batch.tensors[0], width_).transposed(),
                           .right = {up_gates, batch.stride},
                           .out = batch.input_gradients[0] + step * width_ * batch.stride,
                           .out_step = batch.stride});
      kernels_.multiply({.rows = units_,
                         .columns = batch.stride,
                         .depth = 4 * units_,
                         .left = weights(batch.tensors[1], units_).transposed(),
                         .right = {up_gates, batch.stride},
                         .out = up_output,
                         .out_step = batch.stride});
    }
  }

private:
  using view = kernels::matrix_view<Scalar>;

  static view weights(const Scalar* tensor, index columns) { return {tensor, columns}; }

  Scalar* gates_at(const pass<Scalar>& batch, index step) const {
    return batch.saved + step * 7 * units_ * batch.stride;
  }
  view input_at(const pass<Scalar>& batch, index step) const {
    return {batch.inputs[0] + step * width_ * batch.stride, batch.stride};
  }
  /// The layer's own output before a step; there is none before step 0.
  view output_before(const pass<Scalar>& batch, index step) const {
    return {gates_at(batch, step - 1) + 6 * units_ * batch.stride, batch.stride};
  }

  /// W x + U h + b.
  void open_gates(const forward_pass<Scalar>& batch, index step, Scalar* gates) const {
    for (index unit = 0; unit < 4 * units_; ++unit)
      std::fill_n(gates + unit * batch.stride, batch.stride, batch.tensors[2][unit]);
    kernels_.multiply({.rows = 4 * units_,
                       .columns = batch.stride,
                       .depth = width_,
                       .left = weights(batch.tensors[0], width_),
                       .right = input_at(batch, step),
                       .out = gates,
                       .out_step = batch.stride,
                       .accumulate = true});
    if (step > 0)
      kernels_.multiply({.rows = 4 * units_,
                         .columns = batch.stride,
                         .depth = units_,
                         .left = weights(batch.tensors[1], units_),
                         .right = output_before(batch, step),
                         .out = gates,
                         .out_step = batch.stride,
                         .accumulate = true});
  }

  /// Gradients through one step's nonlinearities; leaves in `up_cell` what goes on to the step
  /// before.
  void close_gates(const backward_pass<Scalar>& batch, index step, Scalar* up_gates,
                   const Scalar* up_output, Scalar* up_cell) const {
    const index count = units_ * batch.stride;
    const Scalar* gates = gates_at(batch, step);
    const Scalar* bent = gates + 5 * count;
    const Scalar* before = step > 0 ? gates_at(batch, step - 1) + 4 * count : nullptr;
    for (index k = 0; k < count; ++k) {
      const Scalar i = gates[k], f = gates[count + k], g = gates[2 * count + k],
                   o = gates[3 * count + k];
      const Scalar cell = up_cell[k] + up_output[k] * o * (1 - bent[k] * bent[k]);
      up_gates[k] = cell * g * i * (1 - i);
      up_gates[count + k] = before != nullptr ? cell * before[k] * f * (1 - f) : Scalar{0};
      up_gates[2 * count + k] = cell * i * (1 - g * g);
      up_gates[3 * count + k] = up_output[k] * bent[k] * o * (1 - o);
      up_cell[k] = cell * f;
    }
  }

  void add_tensor_gradients(const backward_pass<Scalar>& batch, index step, const Scalar* up_gates,
                            bool accumulate) const {
    const auto add = [&](Scalar* out, index columns, const view& right) {
      kernels_.multiply({.rows = 4 * units_,
                         .columns = columns,
                         .depth = batch.samples,
                         .left = {up_gates, batch.stride},
                         .right = right.transposed(),
                         .out = out,
                         .out_step = columns,
                         .accumulate = accumulate});
    };
    add(batch.tensor_gradients[0], width_, input_at(batch, step));
    if (step > 0)
      add(batch.tensor_gradients[1], units_, output_before(batch, step));
    else if (!accumulate)
      std::fill_n(batch.tensor_gradients[1], 4 * units_ * units_, Scalar{0});
    for (index unit = 0; unit < 4 * units_; ++unit) {
      Scalar& sum = batch.tensor_gradients[2][unit];
      sum = kernels_.sum(up_gates + unit * batch.stride, batch.stride) +
            (accumulate ? sum : Scalar{0});
    }
  }

  index steps_, width_, units_;
  bool every_step_;
  const kernels::kernel_set<Scalar>& kernels_;
};

result<sample_shape> lstm_shape(const layer_node& node, std::span<const sample_shape> inputs) {
  const sample_shape& from = inputs[0];
  if (from.channels != 1)
    return fail(
        errc::bad_input,
        "lstm layer \"{}\" has an input of {} channels; a sequence has 1, and a row per step",
        node.name, from.channels);
  if (node.units < 1)
    return fail(errc::bad_input, "lstm layer \"{}\" has {} units; it needs at least 1", node.name,
                node.units);
  return node.every_step ? sample_shape{1, from.height, node.units}
                         : sample_shape{node.units, 1, 1};
}

std::vector<layer_tensor> lstm_tensors(const layer_node& node,
                                       std::span<const sample_shape> inputs) {
  using enum axis_layout::side;
  const index width = inputs[0].width;
  const axis_layout gates{output, 4, 1};
  return {{.suffix = "input_weight",
           .role = tensor_role::weight,
           .shape = {4 * node.units, width},
           .axes = {gates, {input}},
           .fan_in = width,
           .fan_out = node.units},
          {.suffix = "hidden_weight",
           .role = tensor_role::weight,
           .shape = {4 * node.units, node.units},
           .axes = {gates, {output}},
           .fan_in = node.units,
           .fan_out = node.units},
          {.suffix = "bias",
           .role = tensor_role::bias,
           .shape = {4 * node.units},
           .axes = {gates},
           .ones_first = node.units,
           .ones_count = node.units}};
}

}  // namespace

const layer_type lstm_type{.kind = layer_kind::lstm,
                           .name = "lstm",
                           .infer = lstm_shape,
                           .tensors = lstm_tensors,
                           .make_single = make_layer<lstm, float>,
                           .make_double = make_layer<lstm, double>};

}  // namespace echelon::learning::layers
