#pragma once

#include <vector>

#include "algorithms/learning/model.hpp"
#include "algorithms/merging/permutations/permutation_spec.hpp"

namespace echelon::merging {

/// What the units of one class put out over the samples of one pass, unit by unit, less a shift per
/// unit that stays the same from the first pass on: its mean there. All copies of a unit, such as
/// the pixels of a channel, count as samples. Numbers that are not finite count as 0.
/// Shapes: numbers are units x step; columns beyond `length`, and padding within it, are 0.
template <class Scalar>
struct unit_features {
  index step = 0;
  index length = 0;
  index values = 0;  ///< of every unit, padding left out
  std::vector<Scalar> numbers;
  std::vector<double> shift;
  std::vector<double> sum, square;  ///< over the values, shifted
};

/// Keeps the features of all classes of a specification, one pass at a time.
template <class Scalar>
class feature_reader final : public learning::activation_reader {
public:
  explicit feature_reader(const permutation_spec& spec);

  void read(const learning::activation<float>& output) override;
  void read(const learning::activation<double>& output) override;
  const unit_features<Scalar>& of_class(index number) const { return features_[slot(number)]; }

private:
  template <class Other>
  void keep(const learning::activation<Other>& output);
  void take(const learning::activation<Scalar>& output, const permutation_class& of,
            unit_features<Scalar>& to);

  const permutation_spec& spec_;
  std::vector<unit_features<Scalar>> features_;
};

}  // namespace echelon::merging
