#include "algorithms/learning/layers/layer.hpp"

namespace echelon::learning::layers {
namespace {

/// x/2 (1 + tanh(u)) with u = sqrt(2/pi) (x + 0.044715 x^3).
/// Source: Hendrycks, Gimpel 2016, section 2, the form with tanh.
template <class Scalar>
class gelu final : public layer<Scalar> {
public:
  explicit gelu(const layer_site& site)
      : features_(site.output.size()), kernels_(kernels::kernels_for<Scalar>(site.math)) {}

  /// The tanh of every number.
  memory_need saved() const override { return {.per_sample = features_}; }

  void forward(const forward_pass<Scalar>& batch) const override {
    const index count = features_ * batch.stride;
    const Scalar* x = batch.inputs[0];
    for (index i = 0; i < count; ++i)
      batch.saved[i] = slope * (x[i] + cubic * x[i] * x[i] * x[i]);
    kernels_.hyperbolic_tangent(batch.saved, batch.saved, count);
    for (index i = 0; i < count; ++i)
      batch.output[i] = half * x[i] * (1 + batch.saved[i]);
  }

  void backward(const backward_pass<Scalar>& batch) const override {
    const Scalar* x = batch.inputs[0];
    for (index i = 0; i < features_ * batch.stride; ++i) {
      const Scalar t = batch.saved[i];
      const Scalar inner = slope * (1 + 3 * cubic * x[i] * x[i]);
      batch.input_gradients[0][i] = batch.output_gradient[i] * half *
                                    (1 + t + x[i] * (1 - t * t) * inner);
    }
  }

private:
  static constexpr auto half = Scalar(0.5);
  static constexpr auto slope = Scalar(0.79788456080286535588);  // sqrt(2/pi)
  static constexpr auto cubic = Scalar(0.044715);

  index features_;
  const kernels::kernel_set<Scalar>& kernels_;
};

}  // namespace

const layer_type gelu_type{.kind = layer_kind::gelu,
                           .name = "gelu",
                           .infer = same_shape,
                           .tensors = no_tensors,
                           .make_single = make_layer<gelu, float>,
                           .make_double = make_layer<gelu, double>};

}  // namespace echelon::learning::layers
