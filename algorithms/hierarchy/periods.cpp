#include "algorithms/hierarchy/periods.hpp"

#include <algorithm>

#include "algorithms/base/contract.hpp"

namespace echelon::hierarchy {

result<periods> periods::make(std::vector<index> by_level) {
  if (by_level.empty())
    return fail(errc::bad_input, "no periods; there must be one for each level, root first");
  for (std::size_t level = 0; level < by_level.size(); ++level) {
    if (by_level[level] < 1)
      return fail(errc::bad_input, "the period of level {} is {}; it must be at least 1", level + 1,
                  by_level[level]);
    if (level > 0 && by_level[level - 1] % by_level[level] != 0)
      return fail(errc::bad_input,
                  "the period {} of level {} does not divide {}, the period of the level above it",
                  by_level[level], level + 1, by_level[level - 1]);
  }
  periods made;
  made.by_level_ = std::move(by_level);
  return made;
}

result<periods> periods::with_groups(std::vector<index> by_level, std::vector<index> of_groups) {
  ECHELON_TRY(periods made, make(std::move(by_level)));
  if (of_groups.empty())
    return fail(errc::bad_input, "no periods of groups; there must be one for each lowest group");
  const index above = made.by_level_.back();
  for (std::size_t group = 0; group < of_groups.size(); ++group)
    if (of_groups[group] < 1 || above % of_groups[group] != 0)
      return fail(errc::bad_input,
                  "the period {} of group {} does not divide {}, the period of the level above it",
                  of_groups[group], group, above);
  made.by_level_.push_back(std::ranges::max(of_groups));
  made.of_groups_ = std::move(of_groups);
  return made;
}

index periods::of_group(index group) const {
  return of_groups_.empty() ? by_level_.back() : of_groups_.at(slot(group));
}

std::optional<index> periods::due(index step, index group) const {
  for (index level = 1; level <= levels(); ++level)
    if ((step + 1) % (level == levels() ? of_group(group) : at(level)) == 0)
      return level;
  return std::nullopt;
}

index periods::inner_rounds(index level, index group) const {
  expects(level >= 1 && level < levels());
  return at(level) / local_steps(level + 1, group);
}

index periods::local_steps(index depth, index group) const {
  return depth == levels() ? of_group(group) : at(depth);
}

}  // namespace echelon::hierarchy
