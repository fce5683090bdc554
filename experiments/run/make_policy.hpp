#pragma once

#include "experiments/scenario/scenario.hpp"

namespace echelon::experiments {

/// Makes the policy a section chose; errors know their place.
template <class Catalogue, class... Context>
result<typename Catalogue::policy_ptr> make_policy(const scenario& built, std::string_view section,
                                                   const Catalogue& known,
                                                   const Context&... context) {
  const policy_choice& chosen = built.policy(section);
  auto made = known.make(chosen.name, chosen.settings, chosen.section, context...);
  if (!made)
    return std::unexpected(built.located(made.error(), section));
  return made;
}

}  // namespace echelon::experiments
