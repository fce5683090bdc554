#pragma once

#include "algorithms/coding/replica_groups.hpp"

namespace echelon::coding {

/// Groups of s+1 replicas or more send the same plain sum; one answer per group is enough, so that
/// up to N - G stragglers are survived when they fall well. Shapes: any; G = floor(N/(s+1)) groups,
/// no more than parts, as even in size as may be. Where everything divides, group g is senders
/// g(s+1) ... g(s+1)+s with K/G parts each, or with spread groups g, g + G, g + 2 G ..., so that
/// neighbours that are slow together do not make one group; capacities make groups of senders
/// equally fast, with parts in proportion. Cost: K/G parts a sender; decoding adds one message per
/// group. Source: Tandon et al., "Gradient Coding", ICML 2017, arXiv:1612.03301, where s+1 divides
/// N; uneven groups are Echelon's.
class fractional_repetition final : public fixed_code {
public:
  static constexpr std::string_view name = "fractional-repetition";
  static constexpr std::string_view
      summary = "groups of s+1 replicas; decodes as soon as every group has one answer";
  static constexpr std::string_view
      source = "Tandon et al. 2017, arXiv:1612.03301; Echelon (uneven groups)";
  static std::vector<parameter> declared();
  static result<fractional_repetition> make(const parameters& given, const code_shape& shape);

  code_shape shape() const override { return shape_; }
  std::span<const coded_part> work(index sender) const override { return groups_.work(sender); }
  std::unique_ptr<code_progress> begin() const override;
  /// Of the replicas of a group that arrived, the lowest-numbered one represents it.
  result<decoding> decode(std::span<const index> arrived) const override;
  bool order_free() const override { return groups_.consecutive(); }

private:
  fractional_repetition(const code_shape& shape, bool spread)
      : shape_(shape), groups_(shape, shape.stragglers + 1, spread) {}

  code_shape shape_;
  replica_groups groups_;
};

}  // namespace echelon::coding
