#pragma once

#include <span>
#include <vector>

#include "algorithms/coding/planning/planned_cluster.hpp"

namespace echelon::coding::planning {

/// Evenly spaced moments: 0, step, ..., (points - 1) step.
struct time_grid {
  double step_s = 1;
  index points = 0;

  double moment_s(index point) const { return static_cast<double>(point) * step_s; }
};

/// The probability that something is done by each moment of a grid: an ascending function.
using completion = std::vector<double>;

// The algebra of completions, of which the exact evaluator (specification 5.5) is made. All are
// exact but for the grid: linear interpolation between moments, nothing beyond the last one.

/// Done from the start.
completion at_once(const time_grid& grid);
/// After shift + Exp(mean).
completion after_computing(const time_grid& grid, double shift_s, double mean_s);
/// `before`, followed by a message of a geometric number of tries. Cost: O(points), by the
/// recursion G(t) = (1 - p) F(t - tau) + p G(t - tau).
completion after_tries(const completion& before, const time_grid& grid, double try_s, double loss);
completion after_delay(const completion& before, const time_grid& grid, double delay_s);

/// A worker's answer about so many parts, at its parent; `before` its round begins.
completion after_worker(const time_grid& grid, const node_delays& worker, double parts);
/// What an edge's children completed, at the edge's parent.
completion after_edge(const completion& before, const time_grid& grid, const node_delays& edge);

/// All but so many of these are done. Independent; dynamic programme over the Poisson-binomial law.
/// Cost: O(points count min(missing + 1, count - missing)).
completion all_but(std::span<const completion* const> each, index missing);
/// At least one is done.
completion any_of(std::span<const completion* const> each);

/// The mean of the time that passes until it is done, beyond the last moment taken as done.
double mean_s(const completion& done, const time_grid& grid);
/// The first moment by which it is done with that probability; the last one where none is.
double quantile_s(const completion& done, const time_grid& grid, double probability);

}  // namespace echelon::coding::planning
