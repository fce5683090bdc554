#pragma once

#include "algorithms/coding/fixed_code.hpp"
#include "algorithms/coding/run_covers.hpp"

namespace echelon::coding {

/// The runs of `polynomial`, dealt by the senders' speeds so that all finish together where the
/// speeds hold, and groups against errors in them: as long as some senders' runs cover every part
/// exactly once, these send plain sums, and any complete cover decodes by summation. With P such
/// groups the others are coded against s - P stragglers: s stragglers either spare a group, or are
/// no more than s - P of the others. Shapes: as `polynomial`. Units: `speeds` are relative, one a
/// sender; by default the capacities of the shape. Cost: K(s+1)/N parts a sender on average.
/// Source: Wang et al., "Heterogeneity-aware Gradient Coding for Straggler Tolerance", ICDCS 2019,
/// arXiv:1901.09339; the search for groups is a reconstruction.
class heterogeneity_aware final : public fixed_code {
public:
  static constexpr std::string_view name = "heterogeneity-aware";
  static constexpr std::string_view
      summary = "shares by speed; any N - s answers decode, and any group that covers every part "
                "once";
  static constexpr std::string_view
      source = "Wang et al. 2019, arXiv:1901.09339; Echelon (coefficients, search for groups)";
  static std::vector<parameter> declared();
  static result<heterogeneity_aware> make(const parameters& given, const code_shape& shape);

  code_shape shape() const override { return shape_; }
  std::span<const coded_part> work(index sender) const override;
  std::unique_ptr<code_progress> begin() const override;
  result<decoding> decode(std::span<const index> arrived) const override;
  double amplification_worst() const override;

private:
  heterogeneity_aware(const code_shape& shape, std::span<const index> shares);

  code_shape shape_;
  run_covers covers_;
  std::vector<bool> grouped_;                  ///< per sender: it sends plain sums
  std::vector<std::vector<coded_part>> sums_;  ///< of the grouped
  std::shared_ptr<const fixed_code> others_;   ///< nullptr: all senders with work are grouped
};

}  // namespace echelon::coding
