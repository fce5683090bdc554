#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "algorithms/base/catalogue.hpp"
#include "experiments/scenario/policy_catalogues.hpp"

namespace echelon::experiments {

/// One key of a section.
struct scenario_key {
  parameter declared;
};

/// One section: its own keys, and the policies among which its selector chooses, each with keys of
/// its own.
struct section_schema {
  std::string name;  ///< dotted where it lies inside another: "optimizer.server"
  std::string summary;
  std::vector<scenario_key> keys;
  std::string selector = {};  ///< the key that names the policy; empty: there is none
  std::vector<policy_card> policies = {};
  bool repeated = false;  ///< written as [[name]], as often as wanted

  const scenario_key* find_key(std::string_view key) const;
  /// What `echelon list` calls the choice, such as "coding.policy".
  std::string axis() const { return name + "." + selector; }
  const policy_card* find_policy(std::string_view policy) const;
};

/// All a scenario can say, as data: sections in the order in which they are written.
struct scenario_schema {
  std::vector<section_schema> sections;

  const section_schema* find(std::string_view section) const;
};

/// The contract's sections with the policies of these catalogues.
scenario_schema make_schema(const policy_catalogues& policies);

}  // namespace echelon::experiments
