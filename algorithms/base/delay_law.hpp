#pragma once

#include <vector>

namespace echelon {

/// The law of one node's delays as planners see it, known from a scenario or estimated from rounds.
/// Times in seconds. A worker needs shift D + Exp(mean D / rate) for D parts, times the slow factor
/// in the rounds in which it is slow. A message takes a geometric number of tries; a slow edge's
/// take as many times longer. Source: the run-time model customary in coded learning, specification
/// 5.1, with the slow mixture of its correction 3.
struct delay_law {
  double compute_shift_s = 0;  ///< c: for one part
  double
      compute_rate_per_s = 0;  ///< gamma: parts a second of the exponential share; 0: no such share
  double link_down_s = 0;      ///< tau: for one try
  double link_up_s = 0;
  double link_loss = 0;         ///< p: probability that a try fails
  double slow_probability = 0;  ///< q: in one round
  double slow_factor = 1;

  bool operator==(const delay_law&) const = default;
};

/// The laws of all nodes below the coordinator, in the order of the tree.
struct cluster_law {
  std::vector<delay_law> workers;
  std::vector<delay_law> edges;
};

}  // namespace echelon
