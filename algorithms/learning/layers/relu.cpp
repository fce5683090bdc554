#include "algorithms/learning/layers/layer.hpp"

namespace echelon::learning::layers {
namespace {

/// max(x, 0); its gradient at 0 is 0.
template <class Scalar>
class relu final : public layer<Scalar> {
public:
  explicit relu(const layer_site& site)
      : features_(site.output.size()), kernels_(kernels::kernels_for<Scalar>(site.math)) {}

  void forward(const forward_pass<Scalar>& batch) const override {
    kernels_.rectify(batch.inputs[0], batch.output, features_ * batch.stride);
  }
  void backward(const backward_pass<Scalar>& batch) const override {
    kernels_.rectify_back(batch.output, batch.output_gradient, batch.input_gradients[0],
                          features_ * batch.stride);
  }

private:
  index features_;
  const kernels::kernel_set<Scalar>& kernels_;
};

}  // namespace

const layer_type relu_type{.kind = layer_kind::relu,
                           .name = "relu",
                           .in_place = true,
                           .reads_output = true,
                           .infer = same_shape,
                           .tensors = no_tensors,
                           .make_single = make_layer<relu, float>,
                           .make_double = make_layer<relu, double>};

}  // namespace echelon::learning::layers
