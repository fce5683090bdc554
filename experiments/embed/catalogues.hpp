#pragma once

#include "experiments/scenario/policy_catalogues.hpp"

namespace echelon::embed {

/// Adds a policy to one axis: `add(policies.codes, entry)`. From then on scenarios can name it, and
/// listings made from these catalogues show it.
/// Errors: a name that is empty or taken.
template <class Catalogue>
result<void> add(Catalogue& axis, typename Catalogue::entry added) {
  const std::string& name = added.card.name;
  if (name.empty())
    return fail(errc::bad_input, "{}: a policy without a name; it must have one", axis.axis());
  if (axis.find(name) != nullptr)
    return fail(errc::bad_input,
                "{}: \"{}\" is the name of another policy; it must be one that is not taken",
                axis.axis(), name);
  axis.add(std::move(added));
  return {};
}

/// The same for a policy that describes itself, as docs/writing-a-policy.md says:
/// `add<my_code>(policies.codes)`.
template <class Policy, class Interface, class... Context>
result<void> add(catalogue<Interface, Context...>& axis) {
  return add(axis, policy_entry<Policy, Interface, Context...>());
}

/// Names must be clear in a scenario, too. Errors: a section with two policies of one name; a
/// parameter called like a key of the policy's section.
result<void> check_names(const experiments::policy_catalogues& policies);

}  // namespace echelon::embed
