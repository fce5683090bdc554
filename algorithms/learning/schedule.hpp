#pragma once

#include "algorithms/base/catalogue.hpp"

namespace echelon::learning {

/// Learning rate over the course of a run. A policy axis: `optimizer.schedule` (a name, or a table
/// with `kind`).
class rate_schedule {
public:
  virtual ~rate_schedule() = default;
  /// Factor on the base rate in round `round` of `rounds`, both counted from 0.
  virtual double factor(index round, index rounds) const = 0;
};

using schedule_catalogue = catalogue<rate_schedule>;
/// constant, step, exponential, cosine, linear, inverse-sqrt, each with optional warm-up.
const schedule_catalogue& schedules();

}  // namespace echelon::learning
