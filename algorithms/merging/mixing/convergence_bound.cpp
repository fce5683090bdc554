#include "algorithms/merging/mixing/convergence_bound.hpp"

#include <algorithm>
#include <cmath>

namespace echelon::merging {
namespace {

/// What the constants of the three cases are: the start, the noise, the data, the step's limit.
struct constants {
  double start, noise, diversity, rate;
};

constants constants_for(const bound_terms& t) {
  if (t.inconsistency > 0)
    return {8, 8, 16, 4};
  if (t.disagreement > 0)
    return {6, 6, 12, 2 * std::sqrt(3.0)};
  return {4, 4, 8, 2 * std::sqrt(2.0)};
}

}  // namespace

double rate_max(const bound_terms& t) {
  const double left = std::max(1 - t.contraction, 0.0);
  return std::min(1.0, left / (constants_for(t).rate * t.merge_every)) / t.smoothness;
}

result<convergence_bound> bound_convergence(const bound_terms& t) {
  if (!(t.contraction >= 0 && t.contraction < 1))
    return fail(errc::not_supported,
                "there is no bound where mixing leaves {:.4g} of the disagreement; it must be "
                "below 1",
                t.contraction);
  const constants c = constants_for(t);
  const double left = 1 - t.contraction, rho = t.contraction * t.contraction;
  const double n = t.merge_every, alpha = t.rate;
  convergence_bound bound;
  bound.rate_max = rate_max(t);
  if (!(alpha > 0 && alpha <= bound.rate_max))
    return fail(errc::not_supported, "the bound holds for rates up to {:.4g}; this one is {:.4g}",
                bound.rate_max, alpha);
  bound.disagreement = c.start * n * t.disagreement / (t.steps * (1 - rho)) +
                       c.noise * alpha * alpha * t.noise * n / (1 - rho) +
                       c.diversity * alpha * alpha * t.diversity * n * n / (left * left) +
                       8 * t.inconsistency / (left * left);
  const double weight = t.inconsistency > 0 ? 2 : 1;
  bound.gradient = 2 * t.gap / (alpha * t.steps) + alpha * t.smoothness * t.noise / t.peers +
                   weight * t.smoothness * t.smoothness * bound.disagreement +
                   2 * t.inconsistency / (n * alpha * alpha);
  return bound;
}

}  // namespace echelon::merging
