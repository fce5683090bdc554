#include "algorithms/coding/fractional_repetition.hpp"

#include "algorithms/coding/shape_rules.hpp"

namespace echelon::coding {

std::vector<parameter> fractional_repetition::declared() {
  parameter groups{"groups", value_kind::text, "neighbours",
                   "who replicates whom: neighbours, or senders spread over all"};
  groups.choices = {"neighbours", "spread"};
  return {groups};
}

result<fractional_repetition> fractional_repetition::make(const parameters& given,
                                                          const code_shape& shape) {
  ECHELON_CHECK(check_shape(given, shape));
  // Not there where another code stands on this one.
  const bool spread = given.has("groups") && given.text("groups") == "spread";
  return fractional_repetition{shape, spread};
}

std::unique_ptr<code_progress> fractional_repetition::begin() const {
  return std::make_unique<group_progress>(groups_);
}

result<decoding> fractional_repetition::decode(std::span<const index> arrived) const {
  std::vector<bool> answered(static_cast<std::size_t>(groups_.count()));
  for (const index sender : arrived)
    if (const index group = groups_.group_of(sender); group >= 0)
      answered[static_cast<std::size_t>(group)] = true;
  for (index group = 0; group < groups_.count(); ++group)
    if (!answered[static_cast<std::size_t>(group)])
      return fail(errc::too_many_stragglers,
                  "{}: none of the {} replicas of group {} (of {}) has answered", name,
                  groups_.members(group).size(), group, groups_.count());
  return decoding{.weights = groups_.representatives(arrived)};
}

}  // namespace echelon::coding
