#pragma once

#include <span>

#include "algorithms/base/types.hpp"

namespace echelon::hierarchy {

/// A cluster of workers, of which some are drawn for each local round.
struct sampled_cluster {
  index workers = 1;      ///< m_i
  index sampled = 1;      ///< n_i, from 1 to workers
  index period = 1;       ///< I_i
  double divergence = 0;  ///< eps_i^2: of its workers from it, for each worker
};

/// Three steps: worker; cluster x <- x + eta_c (mean - x); master x <- x + eta_g (mean - x).
struct sampled_rates {
  double worker = 0;   ///< eta
  double cluster = 1;  ///< eta_c
  double master = 1;   ///< eta_g
};

struct sampled_task {
  double gap = 0;         ///< f(w_0) - f*
  double smoothness = 0;  ///< L
  double noise = 0;       ///< sigma^2
  double divergence = 0;  ///< eps^2: of each cluster from the whole
  index period = 1;       ///< G
  double rounds = 1;      ///< T: of the master
  bool replacement = false;
};

/// A bound on min_t E||grad f||^2 at the master's models, by the names of its source.
struct sampled_bound_terms {
  double start = 0;     ///< (f0 - f*) / (c eta_g eta_c eta G T)
  double drift = 0;     ///< Phi1 / c
  double noise = 0;     ///< Phi2 / c
  double sampling = 0;  ///< Phi3 / c; 0 where all workers take part

  double total() const { return start + drift + noise + sampling; }
};

/// The published bound of hierarchical averaging with partial participation: sampling is amplified
/// by I, not by G, whatever the groups. Terms are +infinity where a condition fails: eta > 1 / (10
/// I_max L), eta_c eta > 1 / (10 G L), eta_g eta_c eta > 1 / (G L), c <= 0. Cost: O(clusters).
/// Source: Jiang et al., UAI 2024, as specification 7.5 states it [P]; c by its value in the proof.
sampled_bound_terms sampled_bound(const sampled_task& task, const sampled_rates& rates,
                                  std::span<const sampled_cluster> clusters);

}  // namespace echelon::hierarchy
