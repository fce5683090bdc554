#include "algorithms/hierarchy/groupings/balanced_groups.hpp"

#include <algorithm>
#include <numeric>

#include "algorithms/base/contract.hpp"

namespace echelon::hierarchy {

balanced_groups::balanced_groups(const shard_profiles& shards, std::span<const index> members,
                                 std::span<const index> sizes)
    : members_(members.begin(), members.end()), excesses_(std::ssize(members), shards.mixes.cols()),
      group_of_(members.size()) {
  expects(std::accumulate(sizes.begin(), sizes.end(), index{0}) == std::ssize(members));
  vector mix = vector::Zero(shards.mixes.cols());
  double total = 0;
  for (const index member : members_) {
    const double weight = shards.weights[slot(member)];
    weights_.push_back(weight);
    total += weight;
    mix += weight * shards.mixes.row(member).transpose();
  }
  if (total > 0)
    mix /= total;
  for (index place = 0; place < std::ssize(members_); ++place)
    excesses_.row(place) = weights_[slot(place)] *
                           (shards.mixes.row(members_[slot(place)]) - mix.transpose());
  for (const index size : sizes)
    groups_.push_back({.excess = vector::Zero(mix.size()), .room = size});
}

void balanced_groups::deal() {
  std::vector<index> order(members_.size());
  std::iota(order.begin(), order.end(), index{0});
  std::ranges::stable_sort(order, std::greater{},
                           [&](index place) { return weights_[slot(place)]; });
  for (const index place : order) {
    // ||D + d||^2 - ||D||^2 is least where <D, d> is; among equals the emptiest group.
    index best = -1;
    double least = 0;
    for (index k = 0; k < std::ssize(groups_); ++k) {
      const group& candidate = groups_[slot(k)];
      if (candidate.room == 0)
        continue;
      const double product = candidate.excess.dot(excesses_.row(place));
      const bool tie = best >= 0 && product == least;
      if (best < 0 || product < least || (tie && candidate.room > groups_[slot(best)].room)) {
        best = k;
        least = product;
      }
    }
    group_of_[slot(place)] = best;
    group& chosen = groups_[slot(best)];
    --chosen.room;
    chosen.weight += weights_[slot(place)];
    chosen.excess += excesses_.row(place).transpose();
  }
}

bool balanced_groups::swap_pass() {
  bool helped = false;
  for (index one = 0; one < std::ssize(members_); ++one)
    for (index other = one + 1; other < std::ssize(members_); ++other)
      if (group_of_[slot(one)] != group_of_[slot(other)] && swap_helps(one, other)) {
        std::swap(group_of_[slot(one)], group_of_[slot(other)]);
        helped = true;
      }
  return helped;
}

bool balanced_groups::swap_helps(index one, index other) {
  group& left = groups_[slot(group_of_[slot(one)])];
  group& right = groups_[slot(group_of_[slot(other)])];
  const vector change = (excesses_.row(other) - excesses_.row(one)).transpose();
  const double weight = weights_[slot(other)] - weights_[slot(one)];
  group new_left{left.weight + weight, left.excess + change, left.room};
  group new_right{right.weight - weight, right.excess - change, right.room};
  const double before = left.cost() + right.cost();
  // Rounding must not look like progress, or passes would never end.
  if (new_left.cost() + new_right.cost() >= before * (1 - 1e-9))
    return false;
  left = std::move(new_left);
  right = std::move(new_right);
  return true;
}

std::vector<std::vector<index>> balanced_groups::groups() const {
  std::vector<std::vector<index>> dealt(groups_.size());
  for (std::size_t place = 0; place < members_.size(); ++place)
    dealt[slot(group_of_[place])].push_back(members_[place]);
  for (auto& members : dealt)
    std::ranges::sort(members);
  return dealt;
}

}  // namespace echelon::hierarchy
