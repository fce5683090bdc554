#include "experiments/scenario/implied.hpp"

#include <filesystem>
#include <string_view>

namespace echelon::experiments {
namespace {

/// The table at a dotted name, or nullptr.
value* find_table(value& settings, std::string_view name) {
  value* place = &settings;
  while (place->is_table()) {
    const std::size_t dot = name.find('.');
    const auto found = place->table().find(name.substr(0, dot));
    if (found == place->table().end())
      return nullptr;
    place = &found->second;
    if (dot == std::string_view::npos)
      return place;
    name.remove_prefix(dot + 1);
  }
  return nullptr;
}

/// `schedule = "cosine"` is `schedule = { kind = "cosine" }`; `groups = [[0, 2], [1, 3]]` is
/// `groups = { kind = "listed", lists = [[0, 2], [1, 3]] }`.
void expand_shorthand(value& given, const section_schema& section) {
  if (given.is_list() && section.find_policy("listed") != nullptr)
    given = value{value_table{{section.selector, "listed"}, {"lists", given}}}.written_at(
        given.where());
  if (given.is_text() && !section.selector.empty())
    given = value{value_table{{section.selector, given}}}.written_at(given.where());
}

/// A record's scenario must find its files from anywhere.
void make_paths_absolute(value& given, const section_schema& section) {
  if (!given.is_table() || section.selector.empty())
    return;
  const auto path = given.table().find("path");
  if (path == given.table().end() || !path->second.is_text() || path->second.text().empty())
    return;
  const auto absolute = std::filesystem::absolute(path->second.text()).lexically_normal();
  path->second = value{absolute.string()}.written_at(path->second.where());
}

bool has(const value& table, std::string_view key) {
  return table.table().find(key) != table.table().end();
}

void imply_rate(value& settings) {
  value& optimizer = settings.table().try_emplace("optimizer").first->second;
  if (!optimizer.is_table() || has(optimizer, "rate"))
    return;
  const auto kind = optimizer.table().find("kind");
  const bool adaptive = kind != optimizer.table().end() && kind->second.is_text() &&
                        kind->second.text().starts_with("adam");
  optimizer.table().emplace("rate", adaptive ? 0.001 : 0.1);
}

void imply_topology(value& settings) {
  value* topology = find_table(settings, "topology");
  if (topology == nullptr || !topology->is_table() || has(*topology, "kind"))
    return;
  if (has(*topology, "edges"))
    topology->table().emplace("kind", "tree");
  else if (has(*topology, "peers"))
    topology->table().emplace("kind", "peers");
}

/// The partition "natural" names the column that the source must read as owners.
void imply_owners(value& settings) {
  value* data = find_table(settings, "data");
  const value* column = find_table(settings, "data.partition.column");
  const value* source = find_table(settings, "data.source");
  if (data != nullptr && column != nullptr && column->is_text() && source != nullptr &&
      *source == value{"csv"} && !has(*data, "group"))
    data->table().emplace("group", *column);
}

}  // namespace

value with_implied(value settings, const scenario_schema& schema) {
  if (!settings.is_table())
    return settings;
  for (const section_schema& section : schema.sections)
    if (value* given = find_table(settings, section.name)) {
      expand_shorthand(*given, section);
      make_paths_absolute(*given, section);
    }
  imply_rate(settings);
  imply_topology(settings);
  imply_owners(settings);
  return settings;
}

}  // namespace echelon::experiments
