#include <cmath>

#include "algorithms/learning/layers/layer.hpp"

namespace echelon::learning::layers {
namespace {

/// Scales each channel to mean 0 and variance 1 over the pixels of all samples, then by a trained
/// scale and shift; in evaluation by the running statistics. Statistics handed out are `samples`
/// times the mean and the unbiased variance of the batch. Source: Ioffe, Szegedy 2015.
template <class Scalar>
class batch_norm final : public layer<Scalar> {
public:
  explicit batch_norm(const layer_site& site)
      : channels_(site.output.channels), pixels_(site.output.height * site.output.width),
        epsilon_(site.node.epsilon) {}

  /// Per channel the mean and the inverse deviation.
  memory_need saved() const override { return {.fixed = 2 * channels_}; }

  void forward(const forward_pass<Scalar>& batch) const override {
    for (index channel = 0; channel < channels_; ++channel) {
      const moments found = batch.training ? measure(batch, channel) : running(batch, channel);
      const double inverse = 1 / std::sqrt(found.variance + epsilon_);
      batch.saved[channel] = static_cast<Scalar>(found.mean);
      batch.saved[channels_ + channel] = static_cast<Scalar>(inverse);
      const Scalar scale = batch.tensors[0][channel] * static_cast<Scalar>(inverse);
      const Scalar shift = batch.tensors[1][channel];
      const auto mean = static_cast<Scalar>(found.mean);
      const index first = channel * pixels_ * batch.stride;
      for (index i = first; i < first + pixels_ * batch.stride; ++i)
        batch.output[i] = scale * (batch.inputs[0][i] - mean) + shift;
      if (batch.training)
        report(batch, channel, found);
    }
  }

  void backward(const backward_pass<Scalar>& batch) const override {
    for (index channel = 0; channel < channels_; ++channel) {
      const index first = channel * pixels_ * batch.stride;
      const Scalar* x = batch.inputs[0] + first;
      const Scalar* up = batch.output_gradient + first;
      const double mean = static_cast<double>(batch.saved[channel]);
      const double inverse = static_cast<double>(batch.saved[channels_ + channel]);
      const double up_sum = sum(batch, [up](index i) { return static_cast<double>(up[i]); });
      const double up_normal = inverse * sum(batch, [&](index i) {
                                 return static_cast<double>(up[i]) *
                                        (static_cast<double>(x[i]) - mean);
                               });
      write(batch.tensor_gradients[0][channel], up_normal, batch.accumulate);
      write(batch.tensor_gradients[1][channel], up_sum, batch.accumulate);
      if (batch.input_gradients[0] != nullptr)
        write_input_gradient(batch, channel, up_sum, up_normal);
    }
  }

private:
  struct moments {
    double mean, variance;
  };

  /// Over all pixels of the real samples, by 16 partial sums.
  template <class Term>
  double sum(const pass<Scalar>& batch, Term term) const {
    double parts[kernels::sample_padding] = {};
    for (index row = 0; row < pixels_ * batch.stride; row += batch.stride)
      for (index n = 0; n < batch.samples; n += kernels::sample_padding) {
        const index count = std::min(kernels::sample_padding, batch.samples - n);
        for (index k = 0; k < count; ++k)
          parts[k] += term(row + n + k);
      }
    double all = 0;
    for (const double part : parts)
      all += part;
    return all;
  }

  double count(const pass<Scalar>& batch) const {
    return static_cast<double>(pixels_ * batch.samples);
  }

  moments measure(const forward_pass<Scalar>& batch, index channel) const {
    const Scalar* x = batch.inputs[0] + channel * pixels_ * batch.stride;
    const double mean = sum(batch, [x](index i) { return static_cast<double>(x[i]); }) /
                        count(batch);
    const double squares = sum(batch, [x, mean](index i) {
      const double off = static_cast<double>(x[i]) - mean;
      return off * off;
    });
    return {mean, squares / count(batch)};
  }

  moments running(const forward_pass<Scalar>& batch, index channel) const {
    return {static_cast<double>(batch.tensors[2][channel]),
            static_cast<double>(batch.tensors[3][channel])};
  }

  void report(const forward_pass<Scalar>& batch, index channel, const moments& found) const {
    if (batch.statistics[2] == nullptr)
      return;
    const auto samples = static_cast<double>(batch.samples);
    const double all = count(batch);
    const double unbiased = all > 1 ? found.variance * all / (all - 1) : found.variance;
    batch.statistics[2][channel] = static_cast<Scalar>(samples * found.mean);
    batch.statistics[3][channel] = static_cast<Scalar>(samples * unbiased);
  }

  static void write(Scalar& gradient, double value, bool accumulate) {
    gradient = static_cast<Scalar>(value) + (accumulate ? gradient : Scalar{0});
  }

  void write_input_gradient(const backward_pass<Scalar>& batch, index channel, double up_sum,
                            double up_normal) const {
    const index first = channel * pixels_ * batch.stride;
    const Scalar mean = batch.saved[channel];
    const Scalar inverse = batch.saved[channels_ + channel];
    const Scalar scale = batch.tensors[0][channel] * inverse;
    const auto constant = static_cast<Scalar>(up_sum / count(batch));
    const Scalar slope = static_cast<Scalar>(up_normal / count(batch)) * inverse;
    for (index row = first; row < first + pixels_ * batch.stride; row += batch.stride)
      for (index n = 0; n < batch.stride; ++n) {
        const index i = row + n;
        const Scalar down = scale * (batch.output_gradient[i] - constant -
                                     slope * (batch.inputs[0][i] - mean));
        batch.input_gradients[0][i] = n < batch.samples ? down : Scalar{0};
      }
  }

  index channels_, pixels_;
  double epsilon_;
};

std::vector<layer_tensor> batch_norm_tensors(const layer_node&,
                                             std::span<const sample_shape> inputs) {
  using enum axis_layout::side;
  const std::vector<index> shape{inputs[0].channels};
  std::vector<layer_tensor> all;
  for (const auto& [suffix, role] : {std::pair{"scale", tensor_role::scale},
                                     {"shift", tensor_role::shift},
                                     {"running_mean", tensor_role::running_mean},
                                     {"running_variance", tensor_role::running_variance}})
    all.push_back({.suffix = suffix, .role = role, .shape = shape, .axes = {{output}}});
  return all;
}

}  // namespace

const layer_type batch_norm_type{.kind = layer_kind::batch_norm,
                                 .name = "batch-norm",
                                 .couples_samples = true,
                                 .infer = same_shape,
                                 .tensors = batch_norm_tensors,
                                 .make_single = make_layer<batch_norm, float>,
                                 .make_double = make_layer<batch_norm, double>};

}  // namespace echelon::learning::layers
