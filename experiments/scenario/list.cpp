#include "experiments/scenario/list.hpp"

#include <algorithm>
#include <cmath>

#include "experiments/scenario/value_json.hpp"

namespace echelon::experiments {
namespace {

using json = nlohmann::ordered_json;

std::string_view type_name(value_kind kind) {
  switch (kind) {
    case value_kind::flag: return "flag";
    case value_kind::integer: return "integer";
    case value_kind::number: return "number";
    case value_kind::text: return "text";
    case value_kind::list: return "list";
    case value_kind::table: return "table";
    case value_kind::any: return "any";
  }
  return "any";
}

constexpr std::pair<std::string_view, std::string_view> plurals[]{
    {"sources", "data"},
    {"partitions", "data.partition"},
    {"models", "model"},
    {"optimizers", "optimizer"},
    {"schedules", "optimizer.schedule"},
    {"servers", "optimizer.server"},
    {"topologies", "topology"},
    {"graphs", "topology.graph"},
    {"weights", "topology.weights"},
    {"codes", "coding"},
    {"compressors", "compression"},
    {"ratios", "compression.ratios"},
    {"feedbacks", "compression.feedback"},
    {"groups", "hierarchy.groups"},
    {"aggregations", "aggregation"},
    {"rules", "merging"},
    {"absences", "merging.absence"},
    {"uplinks", "transmission"},
};

/// A section's own keys, shown as if it were a policy.
policy_card keys_card(const section_schema& section) {
  policy_card card{section.name, section.summary, "Echelon", {}};
  for (const scenario_key& key : section.keys)
    card.parameters.push_back(key.declared);
  return card;
}

json parameter_json(const parameter& declared) {
  json out{{"name", declared.name},
           {"type", type_name(declared.kind)},
           {"default", declared.fallback ? to_json(*declared.fallback) : json{}},
           {"summary", declared.summary}};
  if (std::isfinite(declared.least))
    out["least"] = declared.least;
  if (std::isfinite(declared.most))
    out["most"] = declared.most;
  if (!declared.choices.empty())
    out["choices"] = declared.choices;
  if (declared.required)
    out["required"] = true;
  return out;
}

std::string default_text(const parameter& declared) {
  if (declared.required)
    return "required";
  return declared.fallback ? declared.fallback->toml() : "unset";
}

}  // namespace

std::string_view section_named(std::string_view word) {
  const auto found = std::ranges::find(plurals, word,
                                       [](const auto& known) { return known.first; });
  return found == std::end(plurals) ? word : found->second;
}

result<std::vector<listed_policy>> list_policies(const scenario_schema& schema,
                                                 std::string_view named) {
  const std::string_view axis = section_named(named);
  std::vector<listed_policy> rows;
  std::vector<std::string> axes{"scenario"};
  for (const section_schema& section : schema.sections) {
    if (axis == "scenario")
      rows.push_back({"scenario", keys_card(section)});
    if (section.policies.empty())
      continue;
    axes.push_back(section.axis());
    if (axis.empty() || axis == section.name || axis == section.axis())
      for (const policy_card& card : section.policies)
        rows.push_back({section.axis(), card});
  }
  if (rows.empty())
    return fail(errc::bad_input, "list: \"{}\" is not an axis{}", axis, suggestion(axis, axes));
  return rows;
}

void add_costs(std::vector<listed_policy>& rows, const coding::code_catalogue& known) {
  for (listed_policy& row : rows)
    if (row.axis == known.axis())
      row.costs = typical_costs(known, row.card.name);
}

void add_permutations(std::vector<listed_policy>& rows, const learning::model_catalogue& known) {
  for (listed_policy& row : rows)
    if (row.axis == known.axis())
      if (auto found = typical_permutations(known, row.card.name))
        row.permutations = *std::move(found);
}

std::string list_text(const std::vector<listed_policy>& rows) {
  std::string text;
  std::string_view axis;
  for (const auto& [row_axis, card, costs, permutations] : rows) {
    if (row_axis != axis)
      text += fmt::format("{}{}\n", axis.empty() ? "" : "\n", row_axis);
    axis = row_axis;
    text += fmt::format("  {:<23} {}{}\n", card.name, card.summary,
                        card.source == "Echelon" ? "" : fmt::format(" ({})", card.source));
    for (const parameter& declared : card.parameters)
      text += fmt::format("    {:<21} {:<8} {:<15} {}\n", declared.name, type_name(declared.kind),
                          default_text(declared), declared.summary);
    for (const code_cost& cost : costs)
      text += fmt::format("    {}\n", cost_text(cost));
    if (permutations)
      text += permutations_text(*permutations);
  }
  return text;
}

std::string list_json(const std::vector<listed_policy>& rows) {
  json list = json::array();
  for (const auto& [axis, card, costs, permutations] : rows) {
    json parameters = json::array();
    for (const parameter& declared : card.parameters)
      parameters.push_back(parameter_json(declared));
    list.push_back({{"axis", axis},
                    {"name", card.name},
                    {"summary", card.summary},
                    {"parameters", std::move(parameters)},
                    {"source", card.source}});
    for (const code_cost& cost : costs)
      list.back()["costs"].push_back(cost_json(cost));
    if (permutations)
      list.back()["permutations"] = permutations_json(*permutations);
  }
  return json_text(list, 2);
}

}  // namespace echelon::experiments
