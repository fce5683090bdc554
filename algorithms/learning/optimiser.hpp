#pragma once

#include <memory>
#include <vector>

#include "algorithms/base/block.hpp"
#include "algorithms/base/catalogue.hpp"

namespace echelon::learning {

/// What an optimiser remembers between steps: its step count and its slot vectors (velocity,
/// moments), each as long as the parameters. A plain value, so that checkpoints can hold it.
struct optimiser_state {
  index steps = 0;
  std::vector<block_builder> slots;
};

/// One update rule. A policy axis: `optimizer.kind`, and `optimizer.server.kind` for servers.
class optimiser {
public:
  virtual ~optimiser() = default;
  virtual index slot_count() const = 0;
  /// Moves the first gradient.size() elements of `state` against `gradient` (a mean, after
  /// clipping) by `rate`, the scheduled learning rate of this step. `memory` has slot_count() slots
  /// of gradient.size() elements.
  virtual void step(block_builder& state, const block_builder& gradient, double rate,
                    optimiser_state& memory) const = 0;
};

using optimiser_ptr = std::shared_ptr<const optimiser>;
using optimiser_catalogue = catalogue<optimiser>;
/// sgd, momentum, adam, adamw; parameters of their own apart from rate, clip and schedule.
const optimiser_catalogue& optimisers();

/// Fresh memory for parameters of that length and kind.
optimiser_state fresh_state(const optimiser& rule, index parameters, precision kind);

}  // namespace echelon::learning
