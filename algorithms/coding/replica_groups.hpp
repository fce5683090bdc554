#pragma once

#include "algorithms/coding/fixed_code.hpp"

namespace echelon::coding {

/// Senders in groups of replicas: all members of a group hold the same parts and send their plain
/// sum.
class replica_groups {
public:
  /// As many groups as have `replicas` members or more, all of nearly one size and each of
  /// neighbours in capacity; parts are dealt in proportion to the slowest member. Senders without
  /// capacity, and groups whose share rounds to no part, stand aside.
  /// `spread`: instead of neighbours, every count-th sender is of one group.
  replica_groups(const code_shape& shape, index replicas, bool spread = false);

  index count() const { return std::ssize(members_); }
  /// -1: stands aside.
  index group_of(index sender) const { return group_of_.at(static_cast<std::size_t>(sender)); }
  /// Ascending.
  const std::vector<index>& members(index group) const {
    return members_.at(static_cast<std::size_t>(group));
  }
  std::span<const coded_part> work(index sender) const;
  index parts(index group) const { return cuts_[slot(group) + 1] - cuts_[slot(group)]; }

  /// One a sender that arrived (ascending): 1 for the lowest-numbered of every group, otherwise 0.
  std::vector<double> representatives(std::span<const index> arrived) const;
  /// Whether sums over groups run in the same order whoever represents them.
  bool consecutive() const;

private:
  void add_group(std::vector<index> members, index parts);

  std::vector<index> group_of_;
  std::vector<std::vector<index>> members_;
  std::vector<index> cuts_{0};
  std::vector<coded_part> parts_;
};

/// Decodable when every group has answered.
class group_progress final : public code_progress {
public:
  explicit group_progress(const replica_groups& groups)
      : groups_(groups), answered_(static_cast<std::size_t>(groups.count())),
        silent_(groups.count()) {}

  bool arrive(index sender) override;
  bool wanted(index sender) const override;
  std::vector<index> served_by(index sender) const override;

private:
  const replica_groups& groups_;
  std::vector<bool> answered_;
  index silent_;
};

}  // namespace echelon::coding
