#pragma once

#include "algorithms/merging/mixing/consensus_descent.hpp"

namespace echelon::merging {

/// CGA, cross-gradient aggregation: a peer learns the gradients of its own weights on its
/// neighbours' data, bends its gradient so that it opposes none of them, and steps as CDMSGD.
///
/// Layer by layer, with rows G = pi_ij g_ij and own gradient g: u = argmin over u >= margin of 1/2
/// u' G G' u + (G g)' u, and g~ = G' u + g. Cost: a model and a gradient a message, k |x| + k^4.
class cross_gradient_aggregation final : public cdmsgd {
public:
  static constexpr std::string_view name = "cga";
  static constexpr std::string_view
      summary = "cross-gradient aggregation: steps that oppose no neighbour's gradient";
  static constexpr std::string_view source = "Esfandiari et al. 2021, arXiv:2103.02051";
  static std::vector<parameter> declared();
  static result<cross_gradient_aggregation> make(const parameters& given);

  mixing_traits traits() const override { return {.slots = 2, .crossed = true}; }
  void adapt(peer_state& state, const local_step& step) const override;

private:
  cross_gradient_aggregation(double momentum, double margin) : cdmsgd(momentum), margin_(margin) {}

  double margin_;
};

/// g~ of one layer: G' u + g into `bent`.
void bend_gradient(block_builder& bent, element_range layer, vector_view own,
                   std::span<const cross_gradient> crossed, double margin);

}  // namespace echelon::merging
