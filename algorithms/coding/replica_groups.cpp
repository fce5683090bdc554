#include "algorithms/coding/replica_groups.hpp"

#include <algorithm>

#include "algorithms/coding/part_runs.hpp"
#include "algorithms/coding/shape_rules.hpp"
#include "algorithms/coding/uncoded.hpp"

namespace echelon::coding {

replica_groups::replica_groups(const code_shape& shape, index replicas, bool spread)
    : group_of_(slot(shape.senders), -1) {
  const auto capacities = capacities_of(shape);
  const auto able = senders_by_capacity(shape);
  const index count = std::min(std::ssize(able) / replicas, shape.parts);
  expects(count > 0);
  const auto bounds = even_cuts(std::ssize(able), count);
  std::vector<std::vector<index>> members(slot(count));
  for (index group = 0; group < count; ++group)
    for (index place = bounds[slot(group)]; place < bounds[slot(group) + 1]; ++place)
      members[slot(spread ? place % count : group)].push_back(able[slot(place)]);
  std::vector<double> slowest;  // able senders are sorted by capacity
  for (const auto& group : members)
    slowest.push_back(capacities[slot(group.back())]);
  const auto shares = quotas(slowest, shape.parts, shape.parts);
  for (std::size_t group = 0; group < members.size(); ++group)
    if (shares[group] > 0)
      add_group(std::move(members[group]), shares[group]);
  for (index part = 0; part < shape.parts; ++part)
    parts_.push_back({part, 1.0});
}

void replica_groups::add_group(std::vector<index> members, index parts) {
  std::ranges::sort(members);
  for (const index member : members)
    group_of_[slot(member)] = count();
  members_.push_back(std::move(members));
  cuts_.push_back(cuts_.back() + parts);
}

std::span<const coded_part> replica_groups::work(index sender) const {
  const index group = group_of(sender);
  if (group < 0)
    return {};
  return std::span{parts_}.subspan(slot(cuts_[slot(group)]), slot(parts(group)));
}

std::vector<double> replica_groups::representatives(std::span<const index> arrived) const {
  std::vector<bool> represented(members_.size());
  std::vector<double> weights;
  for (const index sender : arrived) {
    const index group = group_of(sender);
    const bool first = group >= 0 && !represented[slot(group)];
    if (first)
      represented[slot(group)] = true;
    weights.push_back(first ? 1.0 : 0.0);
  }
  return weights;
}

bool replica_groups::consecutive() const {
  return std::ranges::adjacent_find(members_, [](const auto& group, const auto& next) {
           return group.back() > next.front();
         }) == members_.end();
}

bool group_progress::arrive(index sender) {
  if (const index group = groups_.group_of(sender); group >= 0) {
    auto answered = answered_.at(static_cast<std::size_t>(group));
    silent_ -= !answered;
    answered = true;
  }
  return silent_ == 0;
}

bool group_progress::wanted(index sender) const {
  const index group = groups_.group_of(sender);
  return group >= 0 && !answered_.at(static_cast<std::size_t>(group));
}

std::vector<index> group_progress::served_by(index sender) const {
  const index group = groups_.group_of(sender);
  return group < 0 ? std::vector<index>{} : groups_.members(group);
}

}  // namespace echelon::coding
