#include "experiments/scenario/scenario.hpp"

#include <filesystem>
#include <memory>
#include <utility>

#include "algorithms/base/contract.hpp"
#include "experiments/scenario/combinations.hpp"
#include "experiments/scenario/implied.hpp"
#include "experiments/scenario/peer_combinations.hpp"
#include "experiments/scenario/resolve.hpp"
#include "experiments/scenario/setting.hpp"
#include "experiments/scenario/toml_reader.hpp"

namespace echelon::experiments {

result<scenario> scenario::resolve(const value& settings, const scenario_schema& schema) {
  const value complete = with_implied(settings, schema);
  ECHELON_CHECK(check_sections(complete, schema));
  scenario resolved;
  for (const section_schema& section : schema.sections) {
    const value given = settings_of(complete, section, schema);
    if (section.repeated) {
      ECHELON_TRY(resolved.faults_, resolve_entries(given, section));
      continue;
    }
    ECHELON_TRY(parameters found, resolve_section(given, section));
    if (!section.policies.empty())
      resolved.policies_.emplace(section.name, choice_of(found, section));
    resolved.order_.push_back(section.name);
    resolved.sections_.emplace(section.name, std::move(found));
  }
  ECHELON_CHECK(check_peers(resolved, schema));
  ECHELON_CHECK(check_combinations(resolved));
  return resolved;
}

const parameters& scenario::section(std::string_view name) const {
  const auto found = sections_.find(name);
  expects(found != sections_.end());
  return found->second;
}

const policy_choice& scenario::policy(std::string_view section) const {
  const auto found = policies_.find(section);
  expects(found != policies_.end());
  return found->second;
}

std::uint64_t scenario::seed(std::string_view key) const {
  const parameters& given = section("scenario");
  return static_cast<std::uint64_t>(given.integer(given.has(key) ? key : "seed"));
}

error scenario::located(error unplaced, std::string_view name) const {
  const parameters& members = section(name);
  const policy_choice& chosen = policy(name);
  const std::string prefix = fmt::format("{}.", name);
  const std::size_t named = unplaced.detail.find(prefix);
  if (named == std::string::npos)
    unplaced.detail = refusal(chosen.settings.where(), chosen.axis, unplaced.detail).detail;
  if (named != 0)
    return unplaced;
  const std::string key = unplaced.detail.substr(prefix.size(),
                                                 unplaced.detail.find(": ") - prefix.size());
  const bool written = members.has(key) && members.at(key).where().source;
  const origin& where = written ? members.at(key).where() : chosen.settings.where();
  if (where.source)
    unplaced.detail = fmt::format("{}: {}", where.text(), unplaced.detail);
  return unplaced;
}

std::string scenario::toml() const {
  std::string text;
  const auto write = [&text](std::string_view header, const value_table& members) {
    text += fmt::format("{}{}\n", text.empty() ? "" : "\n", header);
    for (const auto& [key, member] : members)
      text += fmt::format("{} = {}\n", key, member.toml());
  };
  for (const std::string& name : order_) {
    const value_table& members = section(name).table();
    if (!members.empty())
      write(fmt::format("[{}]", name), members);
  }
  for (const section_entry& fault : faults_)
    write("[[faults]]", fault.given.table());
  return text;
}

result<value> read_scenario(const std::string& file, const std::vector<std::string>& settings,
                            std::optional<std::int64_t> seed) {
  ECHELON_TRY(value read, read_toml(file));
  value& section = read.table().try_emplace("scenario").first->second;
  if (section.is_table())
    section.table().try_emplace("name", std::filesystem::path{file}.stem().string());
  for (const std::string& assignment : settings)
    ECHELON_CHECK(apply_setting(read, assignment));
  if (seed)
    ECHELON_CHECK(
        set_value(read, "scenario.seed",
                  value{*seed}.written_at({std::make_shared<const std::string>("--seed"), 0})));
  return read;
}

result<scenario> load_scenario(const std::string& file, const scenario_schema& schema,
                               const std::vector<std::string>& settings,
                               std::optional<std::int64_t> seed) {
  ECHELON_TRY(const value read, read_scenario(file, settings, seed));
  return scenario::resolve(read, schema);
}

}  // namespace echelon::experiments
