#pragma once

#include "algorithms/coding/gradient_code.hpp"

namespace echelon::coding {

/// Gradient coding with dynamic clustering: the parts are cut into P clusters, each with a code of
/// its own that survives s absent members; before every round senders are put into clusters anew,
/// so that those expected to be slow spread evenly. More stragglers than s are then survived when
/// they are the expected ones. A sender holds the parts of `choices` neighbouring clusters.
/// Without histories the clusters are fixed. Shapes: P divides N, into clusters of at least s+1
/// senders; K >= P. Cost: about K(s+1)/N parts a sender, no messages more than uncoded; storage
/// `choices` times K/P parts. Source: Buyukates, Ozfatura, Ulukus, Gunduz, "Gradient Coding with
/// Dynamic Clustering for Straggler Mitigation", arXiv:2011.01922, from its abstract; details are
/// reconstructed, specification 3.8.
class dynamic_clustering final : public gradient_code {
public:
  static constexpr std::string_view name = "dynamic-clustering";
  static constexpr std::string_view
      summary = "clusters with a code each, formed every round so that slow senders are spread";
  static constexpr std::string_view source = "Buyukates et al. 2020, arXiv:2011.01922 (idea)";
  static std::vector<parameter> declared();
  static result<dynamic_clustering> make(const parameters& given, const code_shape& shape);

  code_shape shape() const override { return shape_; }
  /// Nothing: rows are ordered when a round opens.
  std::span<const coded_part> work(index) const override { return {}; }
  std::unique_ptr<code_round> open(const round_outlook& outlook) const override;
  /// Clusters of whole groups send plain sums; coefficients of others are not known beforehand.
  double amplification_worst() const override;

private:
  dynamic_clustering(const code_shape& shape, index clusters, index choices);

  code_shape shape_;
  index clusters_;
  std::vector<std::vector<index>> admissible_;  ///< per sender, its own cluster first
};

}  // namespace echelon::coding
