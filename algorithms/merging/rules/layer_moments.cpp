#include "algorithms/merging/rules/layer_moments.hpp"

#include <algorithm>
#include <cmath>

namespace echelon::merging {

layer_moments::layer_moments(const std::map<index, index>& nodes) {
  for (const auto& [node, units] : nodes)
    nodes_[node] = {0, std::vector<double>(slot(units)), std::vector<double>(slot(units))};
}

void layer_moments::read(const learning::activation<float>& output) { add(output); }
void layer_moments::read(const learning::activation<double>& output) { add(output); }

template <class Scalar>
void layer_moments::add(const learning::activation<Scalar>& output) {
  const auto found = nodes_.find(output.node);
  if (found == nodes_.end())
    return;
  node_sums& sums = found->second;
  const index copies = output.features / std::ssize(sums.sum);
  sums.values += static_cast<double>(copies * output.samples);
  for (index feature = 0; feature < output.features; ++feature)
    for (index n = 0; n < output.samples; ++n) {
      const auto value = static_cast<double>(output.numbers[feature * output.stride + n]);
      sums.sum[slot(feature / copies)] += value;
      sums.square[slot(feature / copies)] += value * value;
    }
}

double layer_moments::mean(index node, index unit) const {
  const node_sums& sums = nodes_.at(node);
  return sums.sum[slot(unit)] / sums.values;
}

double layer_moments::deviation(index node, index unit) const {
  const node_sums& sums = nodes_.at(node);
  const double centre = mean(node, unit);
  return std::sqrt(std::max(sums.square[slot(unit)] / sums.values - centre * centre, 0.0));
}

}  // namespace echelon::merging
