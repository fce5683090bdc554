#pragma once

#include "algorithms/learning/kernels/kernels.hpp"
#include "algorithms/learning/layer_graph.hpp"

namespace echelon::learning {

/// The last layer's output and what it should have been.
/// Shapes: outputs are features x samples, feature f of sample n at [f * stride + n].
template <class Scalar>
struct loss_task {
  const batch& samples;
  index features;
  index stride;
  const Scalar* output;
  Scalar* gradient;  ///< as the output; zeros beyond the samples. Null: not wanted
};

/// Sums the loss over the samples, in double, and writes the gradient of that sum.
template <class Scalar>
batch_sums apply_loss(loss_kind loss, const loss_task<Scalar>& task,
                      const kernels::kernel_set<Scalar>& kernels);

}  // namespace echelon::learning
