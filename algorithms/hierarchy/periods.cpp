#include "algorithms/hierarchy/periods.hpp"

#include <algorithm>

#include "algorithms/base/contract.hpp"
#include "algorithms/base/parameters.hpp"
#include "algorithms/hierarchy/tiers.hpp"

namespace echelon::hierarchy {
namespace {

std::unexpected<error> refuse(const value& at, std::string_view sentence) {
  return std::unexpected(refusal(at.where(), "hierarchy.periods", sentence));
}

/// A list of integers.
result<std::vector<index>> numbers_of(const value& list) {
  std::vector<index> numbers;
  for (const value& entry : list.list()) {
    if (!entry.is_integer())
      return refuse(entry, fmt::format("{} is not a whole number of steps", entry.toml()));
    numbers.push_back(entry.integer());
  }
  return numbers;
}

}  // namespace

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

result<periods> read_periods(const value& list, const tiers& where) {
  if (!list.is_list() || std::ssize(list.list()) != where.levels())
    return refuse(list, fmt::format("{} is not a list of one number for each of {} levels, root "
                                    "first",
                                    list.toml(), where.levels()));
  value_list by_level = list.list();
  std::optional<value> of_groups;
  if (by_level.back().is_list()) {
    of_groups = by_level.back();
    by_level.pop_back();
  }
  ECHELON_TRY(auto numbers, numbers_of(value{std::move(by_level)}));
  if (!of_groups) {
    auto made = periods::make(std::move(numbers));
    return made ? made : refuse(list, made.error().detail);
  }
  const index groups = std::ssize(where.nodes(where.levels() - 1));
  if (where.levels() < 2 || std::ssize(of_groups->list()) != groups)
    return refuse(*of_groups,
                  fmt::format("{} are {} periods for {} groups below the root", of_groups->toml(),
                              of_groups->list().size(), where.levels() < 2 ? 0 : groups));
  ECHELON_TRY(auto own, numbers_of(*of_groups));
  auto made = periods::with_groups(std::move(numbers), std::move(own));
  return made ? made : refuse(list, made.error().detail);
}

}  // namespace echelon::hierarchy
