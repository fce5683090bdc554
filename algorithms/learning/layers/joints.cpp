#include <algorithm>

#include "algorithms/learning/layers/layer.hpp"

// Where branches of a network meet and part: add, concatenate, slice.
namespace echelon::learning::layers {
namespace {

template <class Scalar>
class add final : public layer<Scalar> {
public:
  explicit add(const layer_site& site) : features_(site.output.size()) {}

  void forward(const forward_pass<Scalar>& batch) const override {
    const index count = features_ * batch.stride;
    std::copy_n(batch.inputs[0], count, batch.output);
    for (const Scalar* input : batch.inputs.subspan(1))
      for (index i = 0; i < count; ++i)
        batch.output[i] += input[i];
  }
  void backward(const backward_pass<Scalar>& batch) const override {
    for (Scalar* down : batch.input_gradients)
      if (down != nullptr)
        std::copy_n(batch.output_gradient, features_ * batch.stride, down);
  }

private:
  index features_;
};

/// Channels of one input after those of another.
template <class Scalar>
class concatenate final : public layer<Scalar> {
public:
  explicit concatenate(const layer_site& site) {
    for (const sample_shape& input : site.inputs)
      features_.push_back(input.size());
  }

  void forward(const forward_pass<Scalar>& batch) const override {
    Scalar* to = batch.output;
    for (std::size_t k = 0; k < features_.size(); ++k)
      to = std::copy_n(batch.inputs[k], features_[k] * batch.stride, to);
  }
  void backward(const backward_pass<Scalar>& batch) const override {
    const Scalar* from = batch.output_gradient;
    for (std::size_t k = 0; k < features_.size(); ++k) {
      if (batch.input_gradients[k] != nullptr)
        std::copy_n(from, features_[k] * batch.stride, batch.input_gradients[k]);
      from += features_[k] * batch.stride;
    }
  }

private:
  std::vector<index> features_;
};

/// Some consecutive channels of the input; several of them split it.
template <class Scalar>
class slice final : public layer<Scalar> {
public:
  explicit slice(const layer_site& site)
      : before_(site.node.first * site.output.height * site.output.width),
        features_(site.output.size()), all_(site.inputs[0].size()) {}

  void forward(const forward_pass<Scalar>& batch) const override {
    std::copy_n(batch.inputs[0] + before_ * batch.stride, features_ * batch.stride, batch.output);
  }
  void backward(const backward_pass<Scalar>& batch) const override {
    Scalar* down = batch.input_gradients[0];
    std::fill_n(down, all_ * batch.stride, Scalar{0});
    std::copy_n(batch.output_gradient, features_ * batch.stride, down + before_ * batch.stride);
  }

private:
  index before_, features_, all_;
};

result<sample_shape> added_shape(const layer_node& node, std::span<const sample_shape> inputs) {
  for (const sample_shape& other : inputs)
    if (other != inputs[0])
      return fail(errc::bad_input, "add layer \"{}\" has inputs of {}x{}x{} and {}x{}x{}",
                  node.name, inputs[0].channels, inputs[0].height, inputs[0].width, other.channels,
                  other.height, other.width);
  return inputs[0];
}

result<sample_shape> concatenated_shape(const layer_node& node,
                                        std::span<const sample_shape> inputs) {
  sample_shape joined = inputs[0];
  for (const sample_shape& other : inputs.subspan(1)) {
    if (other.height != joined.height || other.width != joined.width)
      return fail(errc::bad_input, "concatenate layer \"{}\" has images of {}x{} and {}x{}",
                  node.name, joined.height, joined.width, other.height, other.width);
    joined.channels += other.channels;
  }
  return joined;
}

result<sample_shape> sliced_shape(const layer_node& node, std::span<const sample_shape> inputs) {
  const index channels = inputs[0].channels;
  if (node.first < 0 || node.units < 1 || node.units > channels ||
      node.first > channels - node.units)
    return fail(errc::bad_input, "slice layer \"{}\" takes {} channels from {} of {}", node.name,
                node.units, node.first, channels);
  return sample_shape{node.units, inputs[0].height, inputs[0].width};
}

}  // namespace

const layer_type add_type{.kind = layer_kind::add,
                          .name = "add",
                          .many_inputs = true,
                          .infer = added_shape,
                          .tensors = no_tensors,
                          .make_single = make_layer<add, float>,
                          .make_double = make_layer<add, double>};

const layer_type concatenate_type{.kind = layer_kind::concatenate,
                                  .name = "concatenate",
                                  .many_inputs = true,
                                  .infer = concatenated_shape,
                                  .tensors = no_tensors,
                                  .make_single = make_layer<concatenate, float>,
                                  .make_double = make_layer<concatenate, double>};

const layer_type slice_type{.kind = layer_kind::slice,
                            .name = "slice",
                            .infer = sliced_shape,
                            .tensors = no_tensors,
                            .make_single = make_layer<slice, float>,
                            .make_double = make_layer<slice, double>};

}  // namespace echelon::learning::layers
