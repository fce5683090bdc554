#pragma once

#include <memory>
#include <span>
#include <vector>

#include "algorithms/base/random.hpp"
#include "algorithms/learning/kernels/kernels.hpp"
#include "algorithms/learning/layer_graph.hpp"

namespace echelon::learning::layers {

/// Where a layer stands: what its constructor may know.
struct layer_site {
  const layer_node& node;
  std::span<const sample_shape> inputs;
  sample_shape output;
  math_mode math;
};

/// What a layer is given for one batch. Activations are matrices of features x samples: feature f
/// of sample n is at [f * stride + n]. `stride` is a multiple of the padding; the columns beyond
/// `samples` hold finite numbers, and zeros in every gradient.
template <class Scalar>
struct pass {
  index samples = 0;
  index stride = 0;
  bool training = false;
  std::span<const Scalar* const> inputs;
  std::span<const Scalar* const> tensors;  ///< the node's tensors, in the order of `tensors_of`
  Scalar* saved = nullptr;                 ///< kept from forward to backward
  Scalar* scratch = nullptr;               ///< free between calls
};

template <class Scalar>
struct forward_pass : pass<Scalar> {
  Scalar* output = nullptr;
  random_stream* random = nullptr;  ///< set in training
  std::span<Scalar* const>
      statistics;  ///< one per tensor: where buffers' batch statistics go, or null
};

template <class Scalar>
struct backward_pass : pass<Scalar> {
  const Scalar* output = nullptr;
  const Scalar* output_gradient = nullptr;
  std::span<Scalar* const> input_gradients;   ///< overwritten; null where nobody asks
  std::span<Scalar* const> tensor_gradients;  ///< one per tensor; null for buffers
  bool accumulate = false;  ///< add to the tensor gradients instead of overwriting
};

/// Numbers of memory a layer needs, as a line in the stride.
struct memory_need {
  index per_sample = 0;
  index fixed = 0;
};

/// One executable operation; immutable, shared by all threads. Sums run in an order that depends on
/// the shapes alone.
template <class Scalar>
class layer {
public:
  virtual ~layer() = default;
  virtual memory_need saved() const { return {}; }
  virtual memory_need scratch() const { return {}; }
  virtual void forward(const forward_pass<Scalar>& batch) const = 0;
  virtual void backward(const backward_pass<Scalar>& batch) const = 0;
};

template <class Scalar>
using layer_ptr = std::unique_ptr<const layer<Scalar>>;

/// What a kind of layer is: a row of the table in layer_types.cpp.
struct layer_type {
  layer_kind kind;
  std::string_view name;
  bool many_inputs = false;  ///< two or more inputs instead of one
  /// Output may take the place of the (single) input in memory, and the gradients likewise.
  bool in_place = false;
  /// The output is the input under another shape; in place, nothing is written.
  bool alias = false;
  /// `backward` reads the output, which must then survive until it runs.
  bool reads_output = false;
  /// Samples of a batch influence each other.
  bool couples_samples = false;
  result<sample_shape> (*infer)(const layer_node&, std::span<const sample_shape> inputs);
  std::vector<layer_tensor> (*tensors)(const layer_node&, std::span<const sample_shape> inputs);
  layer_ptr<float> (*make_single)(const layer_site&);
  layer_ptr<double> (*make_double)(const layer_site&);

  template <class Scalar>
  layer_ptr<Scalar> make(const layer_site& site) const {
    if constexpr (precision_of<Scalar> == precision::single)
      return make_single(site);
    else
      return make_double(site);
  }
};

const layer_type& type_of(layer_kind kind);

template <template <class> class Layer, class Scalar>
layer_ptr<Scalar> make_layer(const layer_site& site) {
  return std::make_unique<const Layer<Scalar>>(site);
}

/// For kinds whose output has the shape of their input.
result<sample_shape> same_shape(const layer_node& node, std::span<const sample_shape> inputs);

inline std::vector<layer_tensor> no_tensors(const layer_node&, std::span<const sample_shape>) {
  return {};
}

extern const layer_type add_type;
extern const layer_type average_pool_type;
extern const layer_type batch_norm_type;
extern const layer_type concatenate_type;
extern const layer_type convolution_type;
extern const layer_type dense_type;
extern const layer_type dropout_type;
extern const layer_type flatten_type;
extern const layer_type gelu_type;
extern const layer_type global_average_pool_type;
extern const layer_type group_norm_type;
extern const layer_type layer_norm_type;
extern const layer_type lstm_type;
extern const layer_type max_pool_type;
extern const layer_type relu_type;
extern const layer_type slice_type;
extern const layer_type tanh_type;

}  // namespace echelon::learning::layers
