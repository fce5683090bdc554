#pragma once

#include <functional>
#include <span>
#include <vector>

#include "algorithms/learning/model.hpp"

namespace echelon::embed {

/// A model as functions of your own, on float or double; any library may be behind them.
/// All of them run on threads of the compute pool, several at once: they share nothing they change.
/// What they throw ends the run as failed, with what it says.
template <class Scalar>
struct model_functions {
  index parameters = 0;  ///< how many numbers are trained
  /// Writes the first weights. Empty: all are 0, which only suits convex models.
  std::function<void(std::span<Scalar> weights, random_stream random)> init = {};
  /// Adds to `sums`, which begins as zeros, the gradient of every sample; a sum, not a mean, so
  /// that parts can be added up. Returns the sum of their losses.
  std::function<double(std::span<const Scalar> weights, const learning::batch& samples,
                       std::span<Scalar> sums)>
      gradient;
  /// Sums of losses and, for classes, of correct answers on samples that were not trained on.
  std::function<learning::batch_sums(std::span<const Scalar> weights,
                                     const learning::batch& samples)>
      evaluate;
  /// How the weights are called in model files, in order. Empty: one vector, "weights".
  std::vector<learning::tensor_spec> tensors = {};
  bool couples_samples = false;  ///< a sample's gradient depends on others of its batch
};

/// Makes the functions for data of this shape; `given` are the parameters that the card declares.
template <class Scalar>
using model_maker = std::function<result<model_functions<Scalar>>(
    const parameters& given, const learning::model_context& context)>;

/// The entry of such a model for `policies.models`. Errors, when a scenario uses it: what `make`
/// says; another runtime.precision than Scalar; no weights; tensors that are not the weights.
template <class Scalar>
learning::model_catalogue::entry model_from_functions(policy_card card, model_maker<Scalar> make);

extern template learning::model_catalogue::entry model_from_functions<float>(policy_card,
                                                                             model_maker<float>);
extern template learning::model_catalogue::entry model_from_functions<double>(policy_card,
                                                                              model_maker<double>);

}  // namespace echelon::embed
