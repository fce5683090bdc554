#pragma once

#include <vector>

#include "algorithms/base/block.hpp"
#include "algorithms/base/types.hpp"
#include "algorithms/learning/model.hpp"

namespace echelon::actors {

struct training_setup;

/// What the gradients of one worker's data say. Squares are unbiased and may be negative.
struct worker_probe {
  double weight = 0;           ///< p_j: its share in the mean
  double gradient_square = 0;  ///< of |grad f_j|^2
  double noise = 0;            ///< of sigma_j^2 of one step's batch
  double smoothness = 0;       ///< |grad f_j(x') - grad f_j(x)| / |x' - x| along the step from x
};

/// What the data say of the problem at one model x: two disjoint half-batches of every worker, and
/// the same rows one step of the run's rate further. Source: specification 7.6, 3.1;
/// reconstruction.
struct model_probe {
  std::vector<worker_probe> workers;
  std::vector<double> by_level;  ///< estimates of eps_l^2, root first
  std::vector<double> by_group;  ///< of eps_k^2 of the lowest groups
  double gradient_square = 0;    ///< of |grad f|^2
  double noise = 0;              ///< sum of p_j sigma_j^2
  double smoothness = 0;         ///< the largest of the workers'
  double loss = 0;               ///< of f, over the rows drawn

  double noise_most() const;
  /// Everything below the first level.
  double downward() const;
};

/// Whether every worker has one part of its own, so that there is a gradient of each.
bool can_probe(const training_setup& setup);

/// Computes it from the rows that this process holds of every part: at most 512 of each, the same
/// for the same (data_seed, round). Vectors of more than 65536 numbers are compared by sketches of
/// that length, whose products are unbiased. `round` from 1, 0: before the first; can_probe.
/// Cost: two gradients of each row; memory of 3 sketches a worker.
model_probe probe_model(const training_setup& setup, const block& state, index round,
                        learning::workspace& scratch);

}  // namespace echelon::actors
