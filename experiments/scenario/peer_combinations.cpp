#include "experiments/scenario/peer_combinations.hpp"

#include <algorithm>

#include "algorithms/merging/topologies/peer_graph.hpp"
#include "experiments/scenario/resolve.hpp"

namespace echelon::experiments {
namespace {

/// A section that has no place in a scenario, or some keys of it, and why not.
struct misplaced {
  std::string_view section;
  std::string_view reason;
  std::vector<std::string_view> keys = {};  ///< none: all
};

/// The first key that is not as it is by default, the choice of a policy before the policy's own;
/// "" where all are. Records write defaults down, so that being there says nothing.
result<std::string> first_set(const parameters& given, const section_schema& section,
                              const std::vector<std::string_view>& keys) {
  ECHELON_TRY(const parameters untouched, resolve_section(value{value_table{}}, section));
  const auto is_set = [&](std::string_view key) {
    return (keys.empty() || std::ranges::count(keys, key) > 0) &&
           !(untouched.has(key) && untouched.at(key) == given.at(key));
  };
  if (!section.selector.empty() && is_set(section.selector))
    return section.selector;
  for (const auto& [key, member] : given.table())
    if (is_set(key))
      return key;
  return std::string{};
}

result<void> check_untouched(const scenario& checked, const scenario_schema& schema,
                             const misplaced& suspect) {
  const parameters& given = checked.section(suspect.section);
  ECHELON_TRY(const std::string key, first_set(given, *schema.find(suspect.section), suspect.keys));
  if (key.empty())
    return {};
  return given.refuse(key, "{} {}", given.at(key).toml(), suspect.reason);
}

/// What belongs to peers alone.
result<void> check_without_peers(const scenario& checked, const scenario_schema& schema) {
  const std::string reason = fmt::format(
      "has no effect with topology.kind = \"{}\"; that must be \"peers\", or this left out",
      checked.policy("topology").name);
  for (const std::string_view section :
       {"topology.graph", "topology.weights", "merging", "merging.absence"})
    ECHELON_CHECK(check_untouched(checked, schema, {section, reason}));
  return {};
}

/// What peers cannot have.
std::vector<misplaced> misplaced_among_peers() {
  constexpr std::string_view coded =
      "cannot be combined with topology.kind = \"peers\", where everybody learns from data of its "
      "own; leave it out, or take a star or a tree";
  constexpr std::string_view sparse =
      "cannot be combined with topology.kind = \"peers\": sparsified weights can be neither "
      "matched nor merged; leave it out, or take a star or a tree";
  constexpr std::string_view levels =
      "has no effect with topology.kind = \"peers\", which has no levels; leave it out, and say in "
      "[merging] when peers merge";
  constexpr std::string_view server =
      "has no effect with topology.kind = \"peers\", where there is no server; leave it out";
  return {{"coding", coded},
          {"compression", sparse},
          {"compression.ratios", sparse},
          {"compression.feedback", sparse},
          {"hierarchy", levels},
          {"hierarchy.groups", levels},
          {"optimizer.server", server},
          {"aggregation",
           "has no effect with topology.kind = \"peers\"; leave it out, and say in [merging] how "
           "models become one"},
          {"transmission",
           "has no effect with topology.kind = \"peers\", where no uplink is shared; leave it out"},
          {"optimizer",
           "has no effect with topology.kind = \"peers\"; leave it out, and say in "
           "merging.every_steps how many steps there are between merges",
           {"local_steps", "correction", "proximal"}}};
}

result<void> check_peer_count(const scenario& checked) {
  const parameters& topology = checked.section("topology");
  if (topology.integer("peers") > 1)
    return {};
  return topology.refuse("peers",
                         "1 leaves {} alone, with nobody to merge with; it must be 2 or "
                         "more, or the topology a star",
                         merging::peer_name(0));
}

result<void> check_merging(const scenario& checked) {
  const parameters& merging = checked.section("merging");
  if (merging.integer("every") != 2 && merging.integer("every_steps") > 0)
    return merging.refuse("every", "{} epochs and every_steps = {} cannot both be; leave one out",
                          merging.integer("every"), merging.integer("every_steps"));
  if (merging.integer("staleness") != 1 && merging.text("mode") != "bounded")
    return merging.refuse("staleness",
                          "{} has no effect with merging.mode = \"{}\"; that must be \"bounded\", "
                          "or this left out",
                          merging.integer("staleness"), merging.text("mode"));
  return {};
}

}  // namespace

result<void> check_peers(const scenario& checked, const scenario_schema& schema) {
  if (checked.policy("topology").name != "peers")
    return check_without_peers(checked, schema);
  for (const misplaced& suspect : misplaced_among_peers())
    ECHELON_CHECK(check_untouched(checked, schema, suspect));
  ECHELON_CHECK(check_peer_count(checked));
  return check_merging(checked);
}

}  // namespace echelon::experiments
