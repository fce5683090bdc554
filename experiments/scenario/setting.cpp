#include "experiments/scenario/setting.hpp"

#include <charconv>
#include <memory>
#include <string>

#include "algorithms/base/parameters.hpp"
#include "experiments/scenario/toml_reader.hpp"

namespace echelon::experiments {
namespace {

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos)
    return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

result<value*> element_of(value& list, std::string_view name, std::string_view path,
                          const origin& where) {
  value_list& items = std::get<value_list>(list.data());
  std::size_t position = 0;
  const auto [end, wrong] = std::from_chars(name.data(), name.data() + name.size(), position);
  if (wrong != std::errc{} || end != name.data() + name.size() || position >= items.size())
    return std::unexpected(
        refusal(where, path,
                fmt::format("\"{}\" is not an element of a list of {}; elements count from 0", name,
                            items.size())));
  return &items[position];
}

/// A shorthand such as `schedule = "cosine"` gives way to the table that is written through it.
result<value*> member_of(value& parent, std::string_view name, std::string_view path,
                         const origin& where) {
  if (parent.is_list())
    return element_of(parent, name, path, where);
  if (parent.is_text())
    parent = value{value_table{{"kind", parent}}}.written_at(parent.where());
  if (!parent.is_table())
    return std::unexpected(refusal(
        where, path, fmt::format("cannot be set inside {}, which is not a table", parent.toml())));
  const auto [place, added] = parent.table().try_emplace(std::string{name});
  if (added)
    place->second.written_at(where);
  return &place->second;
}

/// `text` as TOML, or as text where it is a bare word, a path, ...
result<value> parse_value(std::string_view text, std::string_view path) {
  if (text.empty() || text.find('\n') != std::string_view::npos)
    return fail(errc::bad_input, "--set: {}: needs a value on one line; \"\" is the empty text",
                path);
  result<value> parsed = parse_toml(fmt::format("x = {}", text), "--set");
  if (parsed)
    return std::move(parsed->table().find("x")->second);
  if (text.find_first_of("[{\"'#") != std::string_view::npos)
    return fail(errc::bad_input,
                "--set: {}: {} is not a TOML value; a text with signs needs quotes", path, text);
  return value{std::string{text}};
}

/// "workers[3].link_s", as refusals write it, is "workers.3.link_s".
std::string with_dots(std::string_view path) {
  std::string dotted;
  for (const char letter : path)
    if (letter != ']')
      dotted += letter == '[' ? '.' : letter;
  return dotted;
}

/// Arguments have no lines.
void mark(value& marked, const origin& where) {
  marked.written_at(where);
  if (marked.is_list())
    for (value& item : std::get<value_list>(marked.data()))
      mark(item, where);
  if (marked.is_table())
    for (auto& [name, member] : marked.table())
      mark(member, where);
}

}  // namespace

result<void> set_value(value& settings, std::string_view path, value added) {
  const std::string dotted = with_dots(path);
  value* place = &settings;
  for (std::string_view rest = dotted; !rest.empty();) {
    const std::size_t dot = rest.find('.');
    const std::string_view name = rest.substr(0, dot);
    if (name.empty() || dot + 1 == rest.size())
      return std::unexpected(
          refusal(added.where(), path, "has an empty name; a key is section.name"));
    ECHELON_TRY(place, member_of(*place, name, path, added.where()));
    rest = dot == std::string_view::npos ? std::string_view{} : rest.substr(dot + 1);
  }
  *place = std::move(added);
  return {};
}

void append_entries(value& settings, const std::string& list, const value_list& more) {
  if (more.empty())
    return;
  value& place = settings.table().try_emplace(list, value_list{}).first->second;
  value_list all = place.list();
  all.insert(all.end(), more.begin(), more.end());
  place = value{std::move(all)};
}

result<void> apply_setting(value& settings, std::string_view assignment) {
  const std::size_t equals = assignment.find('=');
  const std::string_view path = trimmed(assignment.substr(0, equals));
  if (equals == std::string_view::npos || path.empty())
    return fail(errc::bad_input, "--set: \"{}\" is not key.path=value, such as optimizer.rate=0.1",
                assignment);
  ECHELON_TRY(value parsed, parse_value(trimmed(assignment.substr(equals + 1)), path));
  mark(parsed, {std::make_shared<const std::string>("--set"), 0});
  return set_value(settings, path, std::move(parsed));
}

}  // namespace echelon::experiments
