#include <cmath>

#include "algorithms/learning/layers/layer.hpp"

namespace echelon::learning::layers {
namespace {

/// Scales each sample to mean 0 and variance 1 over the features of a group, then by a trained
/// scale and shift. Group norm: groups of consecutive channels, a scale per channel. Layer norm:
/// all features in one group, a scale per feature. Source: Wu, He 2018; Ba, Kiros, Hinton 2016.
template <class Scalar>
class group_norm final : public layer<Scalar> {
public:
  explicit group_norm(const layer_site& site)
      : groups_(site.node.kind == layer_kind::layer_norm ? 1 : site.node.groups),
        features_(site.output.size()), group_features_(features_ / groups_),
        per_scale_(
            site.node.kind == layer_kind::layer_norm ? 1 : site.output.height * site.output.width),
        epsilon_(site.node.epsilon) {}

  /// Per group the mean and the inverse deviation of every sample.
  memory_need saved() const override { return {.per_sample = 2 * groups_}; }

  void forward(const forward_pass<Scalar>& batch) const override {
    for (index group = 0; group < groups_; ++group)
      for (index n = 0; n < batch.stride; n += tile) {
        measure(batch, group, n);
        const Scalar* mean = saved_mean(batch, group) + n;
        const Scalar* inverse = saved_inverse(batch, group) + n;
        for (index f = group * group_features_; f < (group + 1) * group_features_; ++f) {
          const Scalar scale = batch.tensors[0][f / per_scale_];
          const Scalar shift = batch.tensors[1][f / per_scale_];
          const Scalar* x = batch.inputs[0] + f * batch.stride + n;
          Scalar* y = batch.output + f * batch.stride + n;
          for (index k = 0; k < tile; ++k)
            y[k] = scale * ((x[k] - mean[k]) * inverse[k]) + shift;
        }
      }
  }

  void backward(const backward_pass<Scalar>& batch) const override {
    write_tensor_gradients(batch);
    for (index group = 0; batch.input_gradients[0] != nullptr && group < groups_; ++group)
      for (index n = 0; n < batch.stride; n += tile)
        write_input_gradient(batch, group, n);
  }

private:
  static constexpr index tile = kernels::sample_padding;

  static Scalar* saved_mean(const pass<Scalar>& batch, index group) {
    return batch.saved + 2 * group * batch.stride;
  }
  static Scalar* saved_inverse(const pass<Scalar>& batch, index group) {
    return batch.saved + (2 * group + 1) * batch.stride;
  }

  void measure(const forward_pass<Scalar>& batch, index group, index n) const {
    const Scalar* x = batch.inputs[0] + group * group_features_ * batch.stride + n;
    double sums[tile] = {}, squares[tile] = {};
    for (index f = 0; f < group_features_; ++f)
      for (index k = 0; k < tile; ++k)
        sums[k] += static_cast<double>(x[f * batch.stride + k]);
    for (double& sum : sums)
      sum /= static_cast<double>(group_features_);
    for (index f = 0; f < group_features_; ++f)
      for (index k = 0; k < tile; ++k) {
        const double off = static_cast<double>(x[f * batch.stride + k]) - sums[k];
        squares[k] += off * off;
      }
    for (index k = 0; k < tile; ++k) {
      const double variance = squares[k] / static_cast<double>(group_features_);
      saved_mean(batch, group)[n + k] = static_cast<Scalar>(sums[k]);
      saved_inverse(batch, group)[n + k] = static_cast<Scalar>(1 / std::sqrt(variance + epsilon_));
    }
  }

  /// x as it was before scale and shift.
  Scalar normal(const backward_pass<Scalar>& batch, index f, index n) const {
    const index group = f / group_features_;
    return (batch.inputs[0][f * batch.stride + n] - saved_mean(batch, group)[n]) *
           saved_inverse(batch, group)[n];
  }

  void write_tensor_gradients(const backward_pass<Scalar>& batch) const {
    for (index s = 0; s < features_ / per_scale_; ++s) {
      double scale_parts[tile] = {}, shift_parts[tile] = {};
      for (index f = s * per_scale_; f < (s + 1) * per_scale_; ++f)
        for (index n = 0; n < batch.stride; n += tile)
          for (index k = 0; k < tile; ++k) {
            const auto up = static_cast<double>(batch.output_gradient[f * batch.stride + n + k]);
            scale_parts[k] += up * static_cast<double>(normal(batch, f, n + k));
            shift_parts[k] += up;
          }
      double scale = 0, shift = 0;
      for (index k = 0; k < tile; ++k) {
        scale += scale_parts[k];
        shift += shift_parts[k];
      }
      Scalar* const* to = batch.tensor_gradients.data();
      to[0][s] = static_cast<Scalar>(scale) + (batch.accumulate ? to[0][s] : Scalar{0});
      to[1][s] = static_cast<Scalar>(shift) + (batch.accumulate ? to[1][s] : Scalar{0});
    }
  }

  void write_input_gradient(const backward_pass<Scalar>& batch, index group, index n) const {
    const index first = group * group_features_;
    const auto scaled = [&](index f, index k) {
      return batch.output_gradient[f * batch.stride + n + k] * batch.tensors[0][f / per_scale_];
    };
    double sums[tile] = {}, slopes[tile] = {};
    for (index f = first; f < first + group_features_; ++f)
      for (index k = 0; k < tile; ++k) {
        const auto up = static_cast<double>(scaled(f, k));
        sums[k] += up;
        slopes[k] += up * static_cast<double>(normal(batch, f, n + k));
      }
    const Scalar* inverse = saved_inverse(batch, group) + n;
    Scalar constant[tile], slope[tile];
    for (index k = 0; k < tile; ++k) {
      constant[k] = static_cast<Scalar>(sums[k] / static_cast<double>(group_features_));
      slope[k] = static_cast<Scalar>(slopes[k] / static_cast<double>(group_features_));
    }
    for (index f = first; f < first + group_features_; ++f)
      for (index k = 0; k < tile; ++k)
        batch.input_gradients[0][f * batch.stride + n + k] = inverse[k] *
                                                             (scaled(f, k) - constant[k] -
                                                              slope[k] * normal(batch, f, n + k));
  }

  index groups_;
  index features_, group_features_;
  index per_scale_;  ///< features that share one scale and shift
  double epsilon_;
};

result<sample_shape> group_norm_shape(const layer_node& node,
                                      std::span<const sample_shape> inputs) {
  if (node.groups < 1 || inputs[0].channels % node.groups != 0)
    return fail(
        errc::bad_input,
        "group-norm layer \"{}\" has {} groups for {} channels; the groups must divide them",
        node.name, node.groups, inputs[0].channels);
  return inputs[0];
}

std::vector<layer_tensor> scale_and_shift(std::vector<index> shape, std::vector<axis_layout> axes) {
  return {{.suffix = "scale", .role = tensor_role::scale, .shape = shape, .axes = axes},
          {.suffix = "shift", .role = tensor_role::shift, .shape = shape, .axes = axes}};
}

std::vector<layer_tensor> group_norm_tensors(const layer_node&,
                                             std::span<const sample_shape> inputs) {
  return scale_and_shift({inputs[0].channels}, {{axis_layout::side::output}});
}

std::vector<layer_tensor> layer_norm_tensors(const layer_node&,
                                             std::span<const sample_shape> inputs) {
  const sample_shape& from = inputs[0];
  return scale_and_shift({from.size()}, {{axis_layout::side::output, 1, from.height * from.width}});
}

}  // namespace

const layer_type group_norm_type{.kind = layer_kind::group_norm,
                                 .name = "group-norm",
                                 .infer = group_norm_shape,
                                 .tensors = group_norm_tensors,
                                 .make_single = make_layer<group_norm, float>,
                                 .make_double = make_layer<group_norm, double>};

const layer_type layer_norm_type{.kind = layer_kind::layer_norm,
                                 .name = "layer-norm",
                                 .infer = same_shape,
                                 .tensors = layer_norm_tensors,
                                 .make_single = make_layer<group_norm, float>,
                                 .make_double = make_layer<group_norm, double>};

}  // namespace echelon::learning::layers
