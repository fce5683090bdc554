#pragma once

#include <span>
#include <vector>

#include "algorithms/hierarchy/grouping.hpp"

namespace echelon::hierarchy {

/// Deals shards out to groups of given sizes so that the groups' means are close to the mean of
/// all. One object a deal. Source: specification 7.7 item 5 [R].
class balanced_groups {
public:
  /// `members` are dealt; `sizes` sum to their number. `shards` must outlive it.
  balanced_groups(const shard_profiles& shards, std::span<const index> members,
                  std::span<const index> sizes);

  /// The heaviest first, each to the group with room that it brings closest to balance.
  void deal();
  /// Swaps pairs between groups while that lowers the objective; false where none did.
  bool swap_pass();
  /// Each group's members, ascending.
  std::vector<std::vector<index>> groups() const;

private:
  using row = Eigen::RowVectorXd;

  /// A group's weight and its sum of p_j (mix_j - mix): the objective is sum ||excess||^2 / weight.
  struct group {
    double weight = 0;
    row excess;
    index room = 0;
  };

  bool swap_helps(index one, index other);

  std::vector<index> members_;
  std::vector<double> weights_;  ///< by place in members_
  matrix excesses_;              ///< row by place: p_j (mix_j - mix)
  std::vector<group> groups_;
  std::vector<index> group_of_;
};

}  // namespace echelon::hierarchy
