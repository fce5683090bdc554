#include <algorithm>

#include "algorithms/learning/layers/layer.hpp"

namespace echelon::learning::layers {
namespace {

/// C x H x W becomes C*H*W features: another shape for the same numbers in the same order.
template <class Scalar>
class flatten final : public layer<Scalar> {
public:
  explicit flatten(const layer_site& site) : features_(site.output.size()) {}

  void forward(const forward_pass<Scalar>& batch) const override {
    copy(batch.inputs[0], batch.output, batch.stride);
  }
  void backward(const backward_pass<Scalar>& batch) const override {
    copy(batch.output_gradient, batch.input_gradients[0], batch.stride);
  }

private:
  void copy(const Scalar* from, Scalar* to, index stride) const {
    if (from != to)
      std::copy_n(from, features_ * stride, to);
  }

  index features_;
};

result<sample_shape> flat_shape(const layer_node&, std::span<const sample_shape> inputs) {
  return sample_shape{inputs[0].size(), 1, 1};
}

}  // namespace

const layer_type flatten_type{.kind = layer_kind::flatten,
                              .name = "flatten",
                              .in_place = true,
                              .alias = true,
                              .infer = flat_shape,
                              .tensors = no_tensors,
                              .make_single = make_layer<flatten, float>,
                              .make_double = make_layer<flatten, double>};

}  // namespace echelon::learning::layers
