#pragma once

#include "algorithms/hierarchy/grouping.hpp"

namespace echelon::hierarchy {

/// Groups whose mix is that of all data, so that workers differ inside their groups and groups do
/// not: the sum of divergences over the levels is conserved, and low levels average often.
/// Minimises sum_k pi_k ||h_k - h||^2 by greedy balanced assignment, the heaviest shard first to
/// the group it brings closest to the mix, then by pairwise swaps; from the root downwards. Ties go
/// to the lower index. Cost: O(n^2 labels) a pass of swaps and level, at most 32 passes. Source:
/// specification 7.7 item 5 [R].
class group_iid final : public grouping {
public:
  static constexpr std::string_view name = "group-iid";
  static constexpr std::string_view summary = "every group's label mix close to that of all data";
  static constexpr std::string_view source = "Echelon, after H-SGD's experiment, arXiv:2010.12998";
  static std::vector<parameter> declared() { return {}; }
  static result<group_iid> make(const parameters&) { return group_iid{}; }

  bool draws() const override { return false; }
  /// Errors: profiles without a row for each shard.
  result<seating> seat(const tree& shape, const shard_profiles& shards,
                       random_stream random) const override;
};

}  // namespace echelon::hierarchy
