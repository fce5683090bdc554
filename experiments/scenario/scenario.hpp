#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "algorithms/base/parameters.hpp"
#include "experiments/scenario/schema.hpp"

namespace echelon::experiments {

/// The policy a section chose, as catalogue::make takes it.
struct policy_choice {
  std::string section;
  std::string axis;  ///< the key it was chosen by, "coding.policy"
  std::string name;
  value settings;  ///< the policy's own keys only; written where the choice was
};

/// One table of a section that is repeated.
struct section_entry {
  parameters given;
  policy_choice chosen;
};

/// What is to be run, resolved: every section of the schema is there, every default filled in,
/// every value of its kind and within its range, and no two of them contradict each other. Values
/// know where they were written.
class scenario {
public:
  /// Checks a tree of settings against the schema.
  /// Errors: "FILE:LINE: key: what is wrong; what would be right".
  static result<scenario> resolve(const value& settings, const scenario_schema& schema);

  /// Their names, in the schema's order.
  const std::vector<std::string>& sections() const { return order_; }
  const parameters& section(std::string_view name) const;
  const policy_choice& policy(std::string_view section) const;
  /// What [[faults]] say, in the order written.
  const std::vector<section_entry>& faults() const { return faults_; }

  const std::string& name() const { return section("scenario").text("name"); }
  std::uint64_t seed() const { return seed("seed"); }
  /// "init_seed", "data_seed", "delay_seed": each follows `seed` unless it is set.
  std::uint64_t seed(std::string_view key) const;
  bool simulated() const { return section("runtime").text("world") == "simulated"; }

  /// Adds its place to an error of what a section chose: that of the key it names ("coding.parts:
  /// ..."), else that of the choice. One that has its place already is left alone.
  error located(error unplaced, std::string_view section) const;

  /// A file that resolves to this scenario again: sections in the schema's order, paths absolute.
  std::string toml() const;

private:
  std::vector<std::string> order_;
  std::map<std::string, parameters, std::less<>> sections_;
  std::map<std::string, policy_choice, std::less<>> policies_;
  std::vector<section_entry> faults_;
};

/// Reads a scenario file and applies `--set` arguments and `--seed` to it, in that order; to be
/// resolved. `seed` is not negative, or absent.
result<value> read_scenario(const std::string& file, const std::vector<std::string>& settings = {},
                            std::optional<std::int64_t> seed = std::nullopt);

/// read_scenario and resolve in one.
result<scenario> load_scenario(const std::string& file, const scenario_schema& schema,
                               const std::vector<std::string>& settings = {},
                               std::optional<std::int64_t> seed = std::nullopt);

}  // namespace echelon::experiments
