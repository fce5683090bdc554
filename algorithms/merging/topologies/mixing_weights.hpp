#pragma once

#include "algorithms/merging/topologies/topology.hpp"

namespace echelon::merging {

/// How much each peer counts what it hears: W(i, j) weighs what peer i hears from j, W(i, i) what
/// it has itself. A policy axis: `topology.weights`.
///
/// Columns always add up to 1, so that a sender gives away what it has, no more (push-sum needs no
/// more than that); where rows do too, plain averaging keeps the mean.
class mixing_weights {
public:
  virtual ~mixing_weights() = default;
  /// One matrix for each graph of the topology. Errors: the topology states none, or none fit it.
  virtual result<std::vector<matrix>> weigh(const topology& graphs) const = 0;
};

using mixing_weights_ptr = std::shared_ptr<const mixing_weights>;
using mixing_weights_catalogue = catalogue<mixing_weights>;
/// auto, metropolis-hastings, uniform, lazy, file.
const mixing_weights_catalogue& mixing_weightings();

}  // namespace echelon::merging
