#pragma once

#include "algorithms/base/result.hpp"
#include "algorithms/base/types.hpp"

namespace echelon::merging {

/// What the convergence bound of decentralised SGD takes. Constants that are not known are
/// estimated; `inconsistency` is 0 where all peers order their neurons alike.
struct bound_terms {
  double peers = 1;        ///< N
  double merge_every = 1;  ///< n: steps from one merge to the next
  double steps = 1;        ///< K
  double rate = 0.1;       ///< alpha
  double smoothness = 1;   ///< L
  double gap = 0;          ///< D = f(mean at the start) - f*
  double noise = 0;        ///< sigma^2 of one stochastic gradient
  double diversity = 0;    ///< kappa^2: mean squared distance of the peers' gradients to their mean
  double contraction = 0;  ///< sqrt(rho) of the mixing matrix
  double disagreement = 0;   ///< Xi_0, aligned
  double inconsistency = 0;  ///< eps^2 = 1/N sum_i |sum_j pi_ij (P_ij - Q_i Q_j') x_j|^2
};

/// Upper bounds of means over the K steps.
struct convergence_bound {
  double gradient = 0;      ///< of the expected |gradient f(mean)|^2
  double disagreement = 0;  ///< of the expected Xi, from data, noise and start alone
  double rate_max = 0;      ///< up to which it was proved
};

/// Up to which rate there is a bound; 0 where weights do not contract.
double rate_max(const bound_terms& terms);

/// The bound in the terms' units. Errors: the weights do not contract, the rate is above rate_max.
/// Source: specification 11.2 and 11.4, a reconstruction of DIMAT's theorem, proved there; the
/// bound on Xi is the bracket of 11.2's last term, where the gradient's own part has been absorbed.
result<convergence_bound> bound_convergence(const bound_terms& terms);

}  // namespace echelon::merging
