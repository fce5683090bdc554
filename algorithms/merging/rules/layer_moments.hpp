#pragma once

#include <map>
#include <vector>

#include "algorithms/learning/model.hpp"

namespace echelon::merging {

/// Mean and deviation of every unit of some nodes over samples, and all pixels of an image. Sums
/// run in double.
class layer_moments final : public learning::activation_reader {
public:
  /// Nodes with their number of units.
  explicit layer_moments(const std::map<index, index>& nodes);

  void read(const learning::activation<float>& output) override;
  void read(const learning::activation<double>& output) override;

  double mean(index node, index unit) const;
  double deviation(index node, index unit) const;

private:
  struct node_sums {
    double values = 0;  ///< of every unit
    std::vector<double> sum, square;
  };

  template <class Scalar>
  void add(const learning::activation<Scalar>& output);

  std::map<index, node_sums> nodes_;
};

}  // namespace echelon::merging
