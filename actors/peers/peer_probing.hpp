#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "actors/peers/peering.hpp"
#include "actors/training.hpp"
#include "algorithms/merging/mixing/vector_sum.hpp"

namespace echelon::actors {

/// Looks at the mean of all peers' models now and then: what the gradients of everybody's data say
/// there, and what the convergence bound says of the run so far. Needs all models in one process
/// and one order of units. Pure.
class peer_probing {
public:
  explicit peer_probing(training_setup_ptr setup);

  /// The models that peers began with: a bound is a matter of the start.
  void begin(std::span<const merging::vector_view> models);
  /// A round is over. Bounds hold while it was exact, for the worst rho of an exchange so far.
  void passed(bool exact, double contraction);
  bool due(index round) const;
  /// By name: gradient_square, noise, smoothness, divergence, disagreement, and what the plan's
  /// bounds say. Cost: as probe_model.
  std::map<std::string, double> look(std::span<const merging::vector_view> models, index round);

private:
  block mean_of(std::span<const merging::vector_view> models) const;
  double apart(std::span<const merging::vector_view> models) const;

  training_setup_ptr setup_;
  std::unique_ptr<learning::workspace> scratch_;
  std::optional<model_probe> start_;
  double start_apart_ = 0;
  double contraction_ = 0;
  bool exact_ = true;
};

}  // namespace echelon::actors
