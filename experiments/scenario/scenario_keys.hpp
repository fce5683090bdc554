#pragma once

#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "experiments/scenario/schema.hpp"

// How the schema's sections write their keys down.
namespace echelon::experiments {

inline constexpr double unlimited = std::numeric_limits<double>::infinity();
inline constexpr double rounds_max = 1e9;
inline constexpr double workers_max = 1e6;

inline scenario_key integer(std::string name, std::optional<value> fallback, std::string summary,
                            double least, double most = unlimited) {
  return {
      {std::move(name), value_kind::integer, std::move(fallback), std::move(summary), least, most}};
}

inline scenario_key number(std::string name, std::optional<value> fallback, std::string summary,
                           double least, double most = unlimited) {
  return {
      {std::move(name), value_kind::number, std::move(fallback), std::move(summary), least, most}};
}

inline scenario_key text(std::string name, std::optional<value> fallback, std::string summary,
                         std::vector<std::string> choices = {}) {
  return {{std::move(name), value_kind::text, std::move(fallback), std::move(summary), -unlimited,
           unlimited, std::move(choices)}};
}

inline scenario_key any(std::string name, std::optional<value> fallback, std::string summary) {
  return {{std::move(name), value_kind::any, std::move(fallback), std::move(summary)}};
}

inline scenario_key list(std::string name, std::optional<value> fallback, std::string summary) {
  return {{std::move(name), value_kind::list, std::move(fallback), std::move(summary)}};
}

template <class Catalogue>
std::vector<policy_card> cards(const Catalogue& catalogue) {
  std::vector<policy_card> all;
  for (const auto& entry : catalogue.entries())
    all.push_back(entry.card);
  return all;
}

/// A section that only chooses a policy: everything else is the policy's.
template <class Catalogue>
section_schema choice(std::string name, std::string summary, std::string selector,
                      std::string fallback, const Catalogue& catalogue) {
  return {std::move(name),
          std::move(summary),
          {text(selector, std::move(fallback), "which one; echelon list shows them")},
          selector,
          cards(catalogue)};
}

}  // namespace echelon::experiments
