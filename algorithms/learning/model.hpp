#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "algorithms/base/block.hpp"
#include "algorithms/base/catalogue.hpp"
#include "algorithms/base/random.hpp"
#include "algorithms/learning/dataset.hpp"

namespace echelon::learning {

class layer_graph;

/// A named, shaped piece of the flat state vector.
struct tensor_spec {
  std::string name;
  std::vector<index> shape;
  index offset = 0;

  index size() const;
  bool operator==(const tensor_spec&) const = default;
};

/// Sums over the samples of a batch, not means.
struct batch_sums {
  double loss = 0;
  index correct = 0;  ///< 0 for regression
  index samples = 0;

  batch_sums& operator+=(const batch_sums& other);
};

/// Scratch memory of one compute task; reused from batch to batch.
class workspace {
public:
  virtual ~workspace() = default;
};

/// What a node of a graph put out for some samples: feature f of sample n is at
/// numbers[f * stride + n]; columns beyond the samples hold anything finite.
template <class Scalar>
struct activation {
  index node;
  index features, samples, stride;
  const Scalar* numbers;
};

/// Is shown every node's output as soon as it is computed, for one forward pass after another.
class activation_reader {
public:
  virtual ~activation_reader() = default;
  virtual void read(const activation<float>& output) = 0;
  virtual void read(const activation<double>& output) = 0;
};

/// Anything that turns (parameters, batch) into (loss, gradient). A policy axis: `model.kind`.
///
/// Shapes: the state is one flat vector, `parameter_count` trained numbers followed by
/// `buffer_count` numbers that are measured, not trained (batch norm's running means and
/// variances). All functions are const and safe to call from several threads with different
/// workspaces.
class model {
public:
  virtual ~model() = default;

  virtual precision kind() const = 0;
  virtual index parameter_count() const = 0;
  virtual index buffer_count() const = 0;
  /// All tensors in state order: parameters first, then buffers.
  virtual std::span<const tensor_spec> tensors() const = 0;
  /// The graph the model was compiled from, or nullptr for a user's own function.
  virtual const layer_graph* graph() const { return nullptr; }
  /// True where samples of one batch influence each other's gradients (batch norm), which makes
  /// gradients of parts no longer add up to the gradient of the whole.
  virtual bool couples_samples() const { return false; }
  /// How much of a batch's statistics enters the buffers per round: running += momentum (batch -
  /// running).
  virtual double buffer_momentum() const { return 0.1; }

  virtual block initial_state(std::uint64_t init_seed) const = 0;
  virtual std::unique_ptr<workspace> make_workspace() const = 0;

  /// Overwrites `sums` (parameter_count + buffer_count long) with the sum over the samples of the
  /// gradients, followed by `samples` times the batch's statistics for the buffers. `dropout` is
  /// drawn from by (round, part).
  virtual batch_sums gradient(const block& state, const batch& samples, random_stream dropout,
                              block_builder& sums, workspace& scratch) const = 0;
  /// Loss and correct answers in evaluation mode (running statistics, no dropout).
  virtual batch_sums evaluate(const block& state, const batch& samples,
                              workspace& scratch) const = 0;

  // For networks with a graph; other models have no nodes to show and measure nothing.
  /// Most samples that run through the network in one pass; larger batches run in several.
  virtual index pass_samples() const { return 1; }
  /// Runs forward in evaluation mode and shows what the graph's nodes put out.
  virtual void observe(const block& state, const batch& samples, activation_reader& reader,
                       workspace& scratch) const;
  /// Runs forward in training mode, the whole batch at once, and writes what `gradient`
  /// reports for the buffers to their places in `statistics`, which is as long as the state.
  virtual void measure_buffers(const block& state, const batch& samples, random_stream dropout,
                               block_builder& statistics, workspace& scratch) const;
};

using model_ptr = std::shared_ptr<const model>;

/// Which matrix kernels a model runs on: run-time dispatched OpenBLAS, or fixed ones that give the
/// same bits on every x86-64 machine.
enum class math_mode : unsigned char { native, portable };

/// What a model must fit: the data and the number type.
struct model_context {
  sample_shape input;
  index classes = 0;  ///< 0: regression on one target
  precision kind = precision::single;
  math_mode math = math_mode::native;
};

using model_catalogue = catalogue<model, const model_context&>;
/// softmax, linear, mlp, cnn, lenet, resnet20, vgg, lstm.
const model_catalogue& models();

/// Names of the kernels in use, "native avx512", "native avx2", "native baseline" or "portable";
/// for summary.json.
std::string math_description(math_mode math);

}  // namespace echelon::learning
