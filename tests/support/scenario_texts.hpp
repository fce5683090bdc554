#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "experiments/scenario/scenario.hpp"
#include "experiments/scenario/setting.hpp"
#include "experiments/scenario/toml_reader.hpp"

// Scenarios as texts, for tests of how they are read.
namespace echelon::tests {

inline const experiments::scenario_schema& schema() {
  static const auto made = experiments::make_schema(experiments::policy_catalogues{});
  return made;
}

/// The text as the file "s.toml", with `--set` arguments on top.
inline result<experiments::scenario> resolved(std::string_view text,
                                              const std::vector<std::string>& settings = {}) {
  ECHELON_TRY(value read, experiments::parse_toml(text, "s.toml"));
  for (const std::string& assignment : settings)
    ECHELON_CHECK(experiments::apply_setting(read, assignment));
  return experiments::scenario::resolve(read, schema());
}

/// The sentence a scenario is refused with, or "accepted".
inline std::string refusal_of(std::string_view text,
                              const std::vector<std::string>& settings = {}) {
  const auto made = resolved(text, settings);
  return made ? "accepted" : made.error().detail;
}

}  // namespace echelon::tests
