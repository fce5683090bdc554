#include "algorithms/merging/matching/unit_zipping.hpp"

#include <algorithm>
#include <limits>

namespace echelon::merging {
namespace {

constexpr double never = -std::numeric_limits<double>::infinity();

/// Groups of units while they are joined; a group goes by the number of its first unit.
class zipping {
public:
  zipping(matrix alike, index models, const zip_options& options)
      : alike_(std::move(alike)), count_(alike_.rows()), units_(count_ / models), options_(options),
        group_(kept_order(count_)), alive_(kept_order(count_)),
        members_(slot(count_), std::vector<bool>(slot(models), false)),
        joined_(slot(count_), false),
        budget_(slot(models),
                static_cast<index>(options.within * static_cast<double>((models - 1) * units_) /
                                       static_cast<double>(models) +
                                   1e-9)) {
    for (index unit = 0; unit < count_; ++unit)
      members_[slot(unit)][slot(unit / units_)] = true;
    best_.resize(slot(count_));
    for (index unit = 0; unit < count_; ++unit)
      find_best(unit);
  }

  /// Every unit's group, by the group's first unit.
  std::vector<index> run() && {
    while (std::ssize(alive_) > units_) {
      index row = most_alike();
      if (best_[slot(row)].likeness == never) {
        free_ = true;  // budgets allow nothing more
        for (const index group : alive_)
          find_best(group);
        row = most_alike();
      }
      join(row, best_[slot(row)].with);
    }
    return std::move(group_);
  }

private:
  struct candidate {
    double likeness = never;
    index with = 0;
  };

  bool allowed(index left, index right) const {
    if (free_)
      return true;
    const bool met = joined_[slot(left)] || joined_[slot(right)];
    for (std::size_t model = 0; model < budget_.size(); ++model)
      if (members_[slot(left)][model] && members_[slot(right)][model] &&
          (budget_[model] == 0 || (met && options_.again == 0)))
        return false;
    return true;
  }

  index most_alike() const {
    return *std::ranges::max_element(alive_, {},
                                     [&](index group) { return best_[slot(group)].likeness; });
  }

  /// Among later groups: every pair has one place.
  void find_best(index group) {
    candidate& best = best_[slot(group)] = {};
    for (auto other = std::ranges::upper_bound(alive_, group); other != alive_.end(); ++other)
      if (alike_(group, *other) > best.likeness && allowed(group, *other))
        best = {alike_(group, *other), *other};
  }

  void join(index kept, index gone) {
    alive_.erase(std::ranges::lower_bound(alive_, gone));
    std::ranges::replace(group_, gone, kept);
    bool spent = false;
    for (std::size_t model = 0; model < budget_.size(); ++model) {
      const bool shared = members_[slot(kept)][model] && members_[slot(gone)][model];
      if (shared && budget_[model] > 0)
        spent |= --budget_[model] == 0;
      if (members_[slot(gone)][model])
        members_[slot(kept)][model] = true;
    }
    joined_[slot(kept)] = true;
    const double factor = options_.again > 0 ? options_.again : 1;
    for (const index other : alive_)
      alike_(kept, other) = alike_(other, kept) = factor * std::min(alike_(kept, other),
                                                                    alike_(gone, other));
    renew(kept, gone, spent);
  }

  /// Finds anew what a joining may have changed.
  void renew(index kept, index gone, bool all) {
    for (const index group : alive_) {
      const candidate& best = best_[slot(group)];
      if (all || group == kept || best.with == kept || best.with == gone)
        find_best(group);
      else if (group < kept && allowed(group, kept) &&
               (alike_(group, kept) > best.likeness ||
                (alike_(group, kept) == best.likeness && kept < best.with)))
        best_[slot(group)] = {alike_(group, kept), kept};
    }
  }

  matrix alike_;
  index count_, units_;
  zip_options options_;
  std::vector<index> group_, alive_;
  std::vector<std::vector<bool>> members_;  ///< per group, the models it has units of
  std::vector<bool> joined_;
  std::vector<index> budget_;
  std::vector<candidate> best_;
  bool free_ = false;
};

}  // namespace

std::vector<index> zip_units(matrix alike, index models, index first, const zip_options& options) {
  expects(alike.rows() == alike.cols() && alike.rows() % models == 0);
  const index units = alike.rows() / models;
  std::vector<index> groups = zipping{std::move(alike), models, options}.run();
  std::vector<index> number_of(groups.size(), -1), open;
  for (index unit = 0; unit < units; ++unit) {
    index& number = number_of[slot(groups[slot(first * units + unit)])];
    if (number < 0)
      number = unit;
    else
      open.push_back(unit);
  }
  auto next = open.begin();
  for (index& group : groups) {
    if (number_of[slot(group)] < 0)
      number_of[slot(group)] = *next++;
    group = number_of[slot(group)];
  }
  return groups;
}

}  // namespace echelon::merging
