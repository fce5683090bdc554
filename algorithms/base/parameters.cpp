#include "algorithms/base/parameters.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "algorithms/base/contract.hpp"

namespace echelon {
namespace {

bool fits(const value& given, value_kind kind) {
  switch (kind) {
    case value_kind::flag: return given.is_flag();
    case value_kind::integer: return given.is_integer();
    case value_kind::number: return given.is_number();
    case value_kind::text: return given.is_text();
    case value_kind::list: return given.is_list();
    case value_kind::table: return given.is_table();
    case value_kind::any: return true;
  }
  return false;
}

std::string range_text(const parameter& declared) {
  const bool below = std::isfinite(declared.least);
  const bool above = std::isfinite(declared.most);
  if (below && above)
    return fmt::format("between {} and {}", declared.least, declared.most);
  return below ? fmt::format("at least {}", declared.least)
               : fmt::format("at most {}", declared.most);
}

/// What is wrong with a value, or nothing.
std::optional<std::string> complaint(const value& given, const parameter& declared) {
  if (!fits(given, declared.kind))
    return fmt::format("{} is not {}", given.toml(), to_string(declared.kind));
  if (given.is_number() && declared.kind != value_kind::any) {
    const double number = given.number();
    if (!(number >= declared.least && number <= declared.most) || !std::isfinite(number))
      return fmt::format("{} is out of range; it must be {}", given.toml(), range_text(declared));
  }
  if (given.is_text() && !declared.choices.empty() &&
      std::ranges::find(declared.choices, given.text()) == declared.choices.end())
    return fmt::format("{} is not known{}", given.toml(),
                       suggestion(given.text(), declared.choices));
  return std::nullopt;
}

std::size_t edit_distance(std::string_view left, std::string_view right) {
  std::vector<std::size_t> row(right.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= left.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= right.size(); ++j) {
      const std::size_t replaced = diagonal + (left[i - 1] == right[j - 1] ? 0 : 1);
      diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, replaced}));
    }
  }
  return row.back();
}

}  // namespace

std::string_view to_string(value_kind kind) {
  switch (kind) {
    case value_kind::flag: return "true or false";
    case value_kind::integer: return "an integer";
    case value_kind::number: return "a number";
    case value_kind::text: return "a text";
    case value_kind::list: return "a list";
    case value_kind::table: return "a table";
    case value_kind::any: return "a value";
  }
  return "a value";
}

error refusal(const origin& where, std::string_view key, std::string_view sentence) {
  return {errc::bad_input, where.source ? fmt::format("{}: {}: {}", where.text(), key, sentence)
                                        : fmt::format("{}: {}", key, sentence)};
}

std::string suggestion(std::string_view name, std::span<const std::string> known) {
  if (known.empty())
    return "; none is known here";
  const auto nearest = std::ranges::min_element(
      known, {}, [name](const std::string& candidate) { return edit_distance(name, candidate); });
  if (edit_distance(name, *nearest) <= 1 + name.size() / 4)
    return fmt::format("; did you mean \"{}\"?", *nearest);
  return fmt::format("; known: {}", fmt::join(known, ", "));
}

result<parameters> parameters::resolve(const value& given, std::span<const parameter> declared,
                                       std::string_view section) {
  parameters resolved;
  resolved.section_ = section;
  resolved.given_ = value{value_table{}}.written_at(given.where());
  if (!given.is_table())
    return std::unexpected(
        refusal(given.where(), section, fmt::format("{} is not a table", given.toml())));
  std::vector<std::string> names;
  std::ranges::transform(declared, std::back_inserter(names), &parameter::name);
  for (const auto& [name, member] : given.table())
    if (std::ranges::find(names, name) == names.end())
      return std::unexpected(refusal(member.where(), resolved.key(name),
                                     "is not a known key" + suggestion(name, names)));
  for (const auto& entry : declared) {
    const auto found = given.table().find(entry.name);
    if (found == given.table().end()) {
      if (entry.required)
        return std::unexpected(
            refusal(given.where(), resolved.key(entry.name), "is missing; it is " + entry.summary));
      if (entry.fallback)
        resolved.given_.table().emplace(entry.name, *entry.fallback);
      continue;
    }
    if (const auto wrong = complaint(found->second, entry))
      return std::unexpected(refusal(found->second.where(), resolved.key(entry.name), *wrong));
    resolved.given_.table().emplace(entry.name, found->second);
  }
  return resolved;
}

result<parameters> parameters::nested(std::string_view name,
                                      std::span<const parameter> declared) const {
  return resolve(has(name) ? at(name) : value{value_table{}}.written_at(given_.where()), declared,
                 key(name));
}

result<std::vector<parameters>> parameters::nested_list(std::string_view name,
                                                        std::span<const parameter> declared) const {
  std::vector<parameters> members;
  if (!has(name))
    return members;
  for (const value& member : at(name).list()) {
    ECHELON_TRY(auto resolved,
                resolve(member, declared, fmt::format("{}[{}]", key(name), members.size())));
    members.push_back(std::move(resolved));
  }
  return members;
}

std::string parameters::key(std::string_view name) const {
  return section_.empty() ? std::string{name} : fmt::format("{}.{}", section_, name);
}

bool parameters::has(std::string_view name) const {
  return given_.table().find(name) != given_.table().end();
}

const value& parameters::at(std::string_view name) const {
  const auto found = given_.table().find(name);
  expects(found != given_.table().end());
  return found->second;
}

std::unexpected<error> parameters::refuse_text(std::string_view name, std::string sentence) const {
  const auto found = given_.table().find(name);
  const origin& where = found == given_.table().end() ? given_.where() : found->second.where();
  return std::unexpected(refusal(where, key(name), sentence));
}

}  // namespace echelon
