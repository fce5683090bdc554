#include "algorithms/learning/layers/layer.hpp"

namespace echelon::learning::layers {
namespace {

/// max(x, 0); its gradient at 0 is 0.
template <class Scalar>
class relu final : public layer<Scalar> {
public:
  explicit relu(const layer_site& site) : features_(site.output.size()) {}

  void forward(const forward_pass<Scalar>& batch) const override {
    const Scalar* x = batch.inputs[0];
    for (index i = 0; i < features_ * batch.stride; ++i)
      batch.output[i] = x[i] > 0 ? x[i] : Scalar{0};
  }
  void backward(const backward_pass<Scalar>& batch) const override {
    Scalar* down = batch.input_gradients[0];
    for (index i = 0; i < features_ * batch.stride; ++i)
      down[i] = batch.output[i] > 0 ? batch.output_gradient[i] : Scalar{0};
  }

private:
  index features_;
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
