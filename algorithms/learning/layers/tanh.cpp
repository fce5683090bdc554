#include "algorithms/learning/layers/layer.hpp"

namespace echelon::learning::layers {
namespace {

template <class Scalar>
class hyperbolic_tangent final : public layer<Scalar> {
public:
  explicit hyperbolic_tangent(const layer_site& site)
      : features_(site.output.size()), kernels_(kernels::kernels_for<Scalar>(site.math)) {}

  void forward(const forward_pass<Scalar>& batch) const override {
    kernels_.hyperbolic_tangent(batch.inputs[0], batch.output, features_ * batch.stride);
  }
  void backward(const backward_pass<Scalar>& batch) const override {
    for (index i = 0; i < features_ * batch.stride; ++i)
      batch.input_gradients[0][i] = batch.output_gradient[i] *
                                    (1 - batch.output[i] * batch.output[i]);
  }

private:
  index features_;
  const kernels::kernel_set<Scalar>& kernels_;
};

}  // namespace

const layer_type tanh_type{.kind = layer_kind::tanh,
                           .name = "tanh",
                           .in_place = true,
                           .reads_output = true,
                           .infer = same_shape,
                           .tensors = no_tensors,
                           .make_single = make_layer<hyperbolic_tangent, float>,
                           .make_double = make_layer<hyperbolic_tangent, double>};

}  // namespace echelon::learning::layers
