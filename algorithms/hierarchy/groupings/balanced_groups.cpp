#include "algorithms/hierarchy/groupings/balanced_groups.hpp"

#include <algorithm>
#include <numeric>

#include "algorithms/base/contract.hpp"

namespace echelon::hierarchy {
namespace {

/// A group's share of the objective.
double cost(double square_excess, double weight) { return weight > 0 ? square_excess / weight : 0; }

}  // namespace

balanced_groups::balanced_groups(const shard_profiles& shards, std::span<const index> members,
                                 std::span<const index> sizes)
    : members_(members.begin(), members.end()), excesses_(std::ssize(members), shards.mixes.cols()),
      group_of_(members.size()) {
  expects(std::accumulate(sizes.begin(), sizes.end(), index{0}) == std::ssize(members));
  row mix = row::Zero(shards.mixes.cols());
  double total = 0;
  for (const index member : members_) {
    const double weight = shards.weights[slot(member)];
    weights_.push_back(weight);
    total += weight;
    mix += weight * shards.mixes.row(member);
  }
  if (total > 0)
    mix /= total;
  for (index place = 0; place < std::ssize(members_); ++place)
    excesses_.row(place) = weights_[slot(place)] * (shards.mixes.row(members_[slot(place)]) - mix);
  for (const index size : sizes)
    groups_.push_back({.excess = row::Zero(mix.size()), .room = size});
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
    chosen.excess += excesses_.row(place);
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
  const auto leaves = excesses_.row(one), comes = excesses_.row(other);
  const double weight = weights_[slot(other)] - weights_[slot(one)];
  const double after = cost((left.excess + comes - leaves).squaredNorm(), left.weight + weight) +
                       cost((right.excess - comes + leaves).squaredNorm(), right.weight - weight);
  // Rounding must not look like progress, or passes would never end.
  const double before = cost(left.excess.squaredNorm(), left.weight) +
                        cost(right.excess.squaredNorm(), right.weight);
  if (after >= before * (1 - 1e-9))
    return false;
  left.weight += weight;
  left.excess += comes - leaves;
  right.weight -= weight;
  right.excess += leaves - comes;
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
