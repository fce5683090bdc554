#pragma once

#include "algorithms/learning/optimiser.hpp"

namespace echelon::aggregation {

/// What the adaptive server rules share: m = beta1 m + (1 - beta1) g, x -= rate m / (sqrt(v) +
/// tau), without bias correction; v starts at tau^2. They differ in how v follows g^2.
struct server_moments {
  double beta1 = 0.9;
  double beta2 = 0.99;
  double tau = 1e-3;

  static std::vector<parameter> declared();
  static server_moments read(const parameters& given);

  enum class follow : unsigned char { adam, yogi };
  void step(block_builder& state, const block_builder& gradient, double rate, follow how,
            learning::optimiser_state& memory) const;
};

}  // namespace echelon::aggregation
