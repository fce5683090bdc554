#pragma once

#include <vector>

#include "algorithms/base/matrix.hpp"
#include "algorithms/learning/kernels/kernels.hpp"
#include "algorithms/merging/matching/unit_features.hpp"

namespace echelon::merging {

/// How alike two units are.
enum class similarity : unsigned char {
  pearson,  ///< correlation: centred, and scaled to the units' deviations
  cosine,   ///< scaled, not centred
  inner     ///< the mean product
};

/// Sums over samples from which the likeness of every pair of units follows, one of each network.
/// Products are added up in the networks' precision over a few thousand samples at a time, the rest
/// in double, all about a shift, so that large means do not drown small deviations.
/// Cost: 2 units^2 operations a sample, by the matrix kernels.
class correlation {
public:
  explicit correlation(index units);

  /// Adds a pass of both networks over the same samples.
  template <class Scalar>
  void add(const unit_features<Scalar>& left, const unit_features<Scalar>& right,
           const learning::kernels::kernel_set<Scalar>& kernels);
  /// Adds what was summed elsewhere, about whatever shifts. Source: Chan, Golub, LeVeque 1979.
  void absorb(const correlation& other);

  index values() const { return values_; }
  /// Row: a unit of the left network. Units without variance are alike to none: 0.
  matrix alike(similarity kind) const;
  /// Units of either network that never changed.
  index dead_units() const;

private:
  struct side {
    vector shift, sum, square;

    vector mean(double values) const { return sum / values; }
    vector variance(double values) const;
    vector mean_square(double values) const;
  };

  index values_ = 0;
  side left_, right_;
  matrix products_;
};

}  // namespace echelon::merging
