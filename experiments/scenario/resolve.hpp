#pragma once

#include "algorithms/base/parameters.hpp"
#include "experiments/scenario/scenario.hpp"
#include "experiments/scenario/schema.hpp"

namespace echelon::experiments {

/// Refuses whatever stands at the top of a scenario and is no section of the schema.
result<void> check_sections(const value& settings, const scenario_schema& schema);

/// The table a scenario gives for a section, without the sections that lie inside it; empty where
/// it has none.
value settings_of(const value& settings, const section_schema& section,
                  const scenario_schema& schema);

/// Checks one section's table: its own keys, and those of the policy it names.
result<parameters> resolve_section(const value& given, const section_schema& section);

/// The policy a resolved section names.
policy_choice choice_of(const parameters& resolved, const section_schema& section);

/// The tables of a repeated section, each checked like a section; refusals name it "faults[0]".
result<std::vector<section_entry>> resolve_entries(const value& given,
                                                   const section_schema& section);

}  // namespace echelon::experiments
