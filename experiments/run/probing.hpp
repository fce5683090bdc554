#pragma once

#include "actors/training.hpp"
#include "experiments/scenario/scenario.hpp"

namespace echelon::experiments {

/// How often the run probes its model (hierarchy.probe_every), which bounds follow, and whether
/// ratio policies get the estimates they ask for. Needs everything else.
/// Errors: a run without a gradient of each worker; estimates that nobody makes; at their keys.
result<void> set_probing(actors::training_setup& setup, const scenario& built);

/// Whether a step is one along the gradient, always of the same length: what all theorems are
/// about.
bool plain_descent(const actors::training_setup& setup, const scenario& built);

/// The bounds whose assumptions the scenario meets, and the rates up to which they hold:
///   * (B-published), (B-refined): one star of compressed gradients with error feedback, plain SGD
///   at a constant rate; thresholds that are given for good: the absolute bound;
///   * (H-M): levels that average models after plain SGD steps at a constant rate, all take part.
/// Empty where none does. Constants are estimates, those of the start or of now, whichever are
/// worse; f0 - f* is taken to be the first loss, its upper bound. A bound that is infinite at the
/// run's rate is left out. Source: specification 3.2, 3.5, 4.1, 7.2 [R where it says so].
std::function<std::map<std::string, double>(const actors::bound_question&)>
bounds_of(const actors::training_setup& setup, const scenario& built);

}  // namespace echelon::experiments
