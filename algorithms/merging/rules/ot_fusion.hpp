#pragma once

#include "algorithms/merging/rules/rule_words.hpp"

namespace echelon::merging {

/// Every neighbour's units are carried over to the own, layer by layer from the input on, by
/// optimal transport between uniform marginals: the cost between two units is the squared distance
/// of the weights that lead to them, once the layers before are carried over, or of what they put
/// out. The exact plan is a permutation; an entropic one blends units that cost nearly the same.
///
/// Reconstructions, where the published code covers plain layers without bias or norm: biases and
/// norms belong to the weights that lead to a unit; a stream of sums goes by those of its tensors
/// whose inputs are carried over before it; classes whose units form groups get the exact plan.
class ot_fusion final : public merge_rule {
public:
  static constexpr std::string_view name = "ot-fusion";
  static constexpr std::string_view
      summary = "neighbours' units carried over layer by layer by optimal transport, then averages";
  static constexpr std::string_view source = "Singh, Jaggi 2020, arXiv:1910.05653";
  static std::vector<parameter> declared();
  static result<ot_fusion> make(const parameters& given);

  result<merged_model> merge(const merge_task& task) const override;

private:
  ot_fusion(bool by_weights, similarity kind, double softness, statistics_reset reset_after)
      : by_weights_(by_weights), kind_(kind), softness_(softness), reset_after_(reset_after) {}

  bool by_weights_;
  similarity kind_;
  double softness_;
  statistics_reset reset_after_;
};

}  // namespace echelon::merging
