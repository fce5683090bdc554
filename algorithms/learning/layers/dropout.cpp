#include <algorithm>

#include "algorithms/learning/layers/layer.hpp"

namespace echelon::learning::layers {
namespace {

/// In training, zeroes each number with probability `rate` and scales the others up by 1 / (1 -
/// rate), so that evaluation needs nothing. The draws depend on the stream and the number of
/// samples alone. Source: Srivastava et al. 2014, inverted.
template <class Scalar>
class dropout final : public layer<Scalar> {
public:
  explicit dropout(const layer_site& site) : features_(site.output.size()), rate_(site.node.rate) {}

  /// The factor of every number.
  memory_need saved() const override { return {.per_sample = features_}; }

  void forward(const forward_pass<Scalar>& batch) const override {
    const index count = features_ * batch.stride;
    if (!batch.training) {
      if (batch.output != batch.inputs[0])
        std::copy_n(batch.inputs[0], count, batch.output);
      return;
    }
    std::fill_n(batch.saved, count, Scalar{0});
    const auto kept = static_cast<Scalar>(1 / (1 - rate_));
    for (index feature = 0; feature < features_; ++feature)
      for (index n = 0; n < batch.samples; ++n)
        batch.saved[feature * batch.stride + n] = batch.random->bernoulli(rate_) ? 0 : kept;
    for (index i = 0; i < count; ++i)
      batch.output[i] = batch.saved[i] * batch.inputs[0][i];
  }

  void backward(const backward_pass<Scalar>& batch) const override {
    for (index i = 0; i < features_ * batch.stride; ++i)
      batch.input_gradients[0][i] = batch.saved[i] * batch.output_gradient[i];
  }

private:
  index features_;
  double rate_;
};

result<sample_shape> dropout_shape(const layer_node& node, std::span<const sample_shape> inputs) {
  if (!(node.rate >= 0 && node.rate < 1))
    return fail(errc::bad_input, "dropout layer \"{}\" has rate {}; it must be in [0, 1)",
                node.name, node.rate);
  return inputs[0];
}

}  // namespace

const layer_type dropout_type{.kind = layer_kind::dropout,
                              .name = "dropout",
                              .in_place = true,
                              .infer = dropout_shape,
                              .tensors = no_tensors,
                              .make_single = make_layer<dropout, float>,
                              .make_double = make_layer<dropout, double>};

}  // namespace echelon::learning::layers
