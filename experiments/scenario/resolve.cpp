#include "experiments/scenario/resolve.hpp"

#include <algorithm>

#include "algorithms/base/contract.hpp"

namespace echelon::experiments {
namespace {

std::vector<std::string> top_names(const scenario_schema& schema) {
  std::vector<std::string> names;
  for (const section_schema& section : schema.sections)
    if (section.name.find('.') == std::string::npos)
      names.push_back(section.name);
  return names;
}

/// A key written outside its section is better answered with the section than with a list of names.
std::string section_hint(std::string_view name, const scenario_schema& schema) {
  for (const section_schema& section : schema.sections)
    if (section.find_key(name) != nullptr)
      return fmt::format("is not a section; the key {} belongs in [{}]", name, section.name);
  return "is not a known section" + suggestion(name, top_names(schema));
}

const value* find_member(const value& table, std::string_view name) {
  if (!table.is_table())
    return nullptr;
  const auto found = table.table().find(name);
  return found == table.table().end() ? nullptr : &found->second;
}

std::string full_key(const section_schema& section, std::string_view key) {
  return fmt::format("{}.{}", section.name, key);
}

std::vector<std::string> policy_names(const section_schema& section) {
  std::vector<std::string> names;
  std::ranges::transform(section.policies, std::back_inserter(names), &policy_card::name);
  return names;
}

/// nullptr where the section has no policies.
result<const policy_card*> find_policy(const value& given, const section_schema& section) {
  if (section.policies.empty())
    return nullptr;
  const value* named = find_member(given, section.selector);
  if (named == nullptr)
    named = &*section.find_key(section.selector)->declared.fallback;
  const std::string key = full_key(section, section.selector);
  if (!named->is_text())
    return std::unexpected(
        refusal(named->where(), key, fmt::format("{} is not a text", named->toml())));
  if (const policy_card* found = section.find_policy(named->text()))
    return found;
  return std::unexpected(refusal(named->where(), key,
                                 fmt::format("{} is not known{}", named->toml(),
                                             suggestion(named->text(), policy_names(section)))));
}

/// A key of another policy deserves a better answer than "not known".
result<void> check_owner(const value& given, const section_schema& section,
                         std::span<const parameter> declared) {
  if (!given.is_table())
    return {};
  for (const auto& [name, member] : given.table()) {
    if (std::ranges::count(declared, name, &parameter::name) > 0)
      continue;
    for (const policy_card& other : section.policies)
      if (std::ranges::count(other.parameters, name, &parameter::name) > 0)
        return std::unexpected(
            refusal(member.where(), full_key(section, name),
                    fmt::format("is a key of {} = \"{}\"; set that too, or leave this out",
                                section.selector, other.name)));
  }
  return {};
}

}  // namespace

result<void> check_sections(const value& settings, const scenario_schema& schema) {
  if (!settings.is_table())
    return std::unexpected(refusal(settings.where(), "scenario", "is not a table of sections"));
  const std::vector<std::string> names = top_names(schema);
  for (const auto& [name, member] : settings.table()) {
    if (std::ranges::count(names, name) == 0)
      return std::unexpected(refusal(member.where(), name, section_hint(name, schema)));
  }
  return {};
}

value settings_of(const value& settings, const section_schema& section,
                  const scenario_schema& schema) {
  const value* place = &settings;
  for (std::string_view rest = section.name; !rest.empty();) {
    const std::size_t dot = rest.find('.');
    place = find_member(*place, rest.substr(0, dot));
    if (place == nullptr)
      return value{value_table{}}.written_at(settings.where());
    rest = dot == std::string_view::npos ? std::string_view{} : rest.substr(dot + 1);
  }
  value own = *place;
  if (own.is_table())
    for (const section_schema& inner : schema.sections)
      if (inner.name.starts_with(section.name + "."))
        own.table().erase(inner.name.substr(section.name.size() + 1));
  return own;
}

result<parameters> resolve_section(const value& given, const section_schema& section) {
  ECHELON_TRY(const policy_card* const chosen, find_policy(given, section));
  std::vector<parameter> declared;
  for (const scenario_key& key : section.keys)
    declared.push_back(key.declared);
  if (chosen != nullptr)
    declared.insert(declared.end(), chosen->parameters.begin(), chosen->parameters.end());
  ECHELON_CHECK(check_owner(given, section, declared));
  return parameters::resolve(given, declared, section.name);
}

result<std::vector<section_entry>> resolve_entries(const value& given,
                                                   const section_schema& section) {
  std::vector<section_entry> entries;
  if (given.is_table() && given.table().empty())
    return entries;
  if (!given.is_list())
    return std::unexpected(refusal(given.where(), section.name,
                                   fmt::format("is not a list of tables; each is written under "
                                               "[[{}]]",
                                               section.name)));
  for (const value& one : given.list()) {
    section_schema numbered = section;
    numbered.name = fmt::format("{}[{}]", section.name, entries.size());
    ECHELON_TRY(parameters found, resolve_section(one, numbered));
    policy_choice chosen = choice_of(found, numbered);
    entries.push_back({std::move(found), std::move(chosen)});
  }
  return entries;
}

policy_choice choice_of(const parameters& resolved, const section_schema& section) {
  const std::string& name = resolved.text(section.selector);
  const policy_card* chosen = section.find_policy(name);
  expects(chosen != nullptr);
  policy_choice choice{section.name, section.axis(), name, value{value_table{}}};
  choice.settings.written_at(resolved.at(section.selector).where());
  for (const parameter& own : chosen->parameters)
    if (resolved.has(own.name))
      choice.settings.table().emplace(own.name, resolved.at(own.name));
  return choice;
}

}  // namespace echelon::experiments
