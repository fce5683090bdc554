#include "experiments/scenario/toml_reader.hpp"

#include <fstream>
#include <memory>
#include <system_error>

#include <toml++/toml.h>

#include "algorithms/base/parameters.hpp"

namespace echelon::experiments {
namespace {

constexpr std::size_t file_bytes_max = 16U << 20;

/// Turns toml++ nodes into values, noting where each was written.
class converter {
public:
  explicit converter(std::string_view source)
      : source_(std::make_shared<const std::string>(source)) {}

  result<value> convert(const toml::node& node, const std::string& key) const {
    const origin where{source_, static_cast<int>(node.source().begin.line)};
    switch (node.type()) {
      case toml::node_type::boolean: return value{node.as_boolean()->get()}.written_at(where);
      case toml::node_type::integer: return value{node.as_integer()->get()}.written_at(where);
      case toml::node_type::floating_point:
        return value{node.as_floating_point()->get()}.written_at(where);
      case toml::node_type::string: return value{node.as_string()->get()}.written_at(where);
      case toml::node_type::array: return list(*node.as_array(), key, where);
      case toml::node_type::table: return table(*node.as_table(), key, where);
      default: break;
    }
    return std::unexpected(
        refusal(where, key, "is a date or time, which no key takes; a text would be in quotes"));
  }

private:
  result<value> list(const toml::array& items, const std::string& key, const origin& where) const {
    value_list out;
    for (const toml::node& item : items) {
      ECHELON_TRY(value converted, convert(item, key));
      out.push_back(std::move(converted));
    }
    return value{std::move(out)}.written_at(where);
  }

  result<value> table(const toml::table& members, const std::string& key,
                      const origin& where) const {
    value_table out;
    for (const auto& [name, member] : members) {
      const std::string text{name.str()};
      ECHELON_TRY(value converted, convert(member, key.empty() ? text : key + "." + text));
      out.emplace(text, std::move(converted));
    }
    return value{std::move(out)}.written_at(where);
  }

  std::shared_ptr<const std::string> source_;
};

}  // namespace

result<value> parse_toml(std::string_view text, std::string_view source) {
  try {
    const toml::table parsed = toml::parse(text, source);
    return converter{source}.convert(parsed, "");
  } catch (const toml::parse_error& wrong) {
    return fail(errc::bad_input, "{}:{}: not valid TOML: {}", source, wrong.source().begin.line,
                wrong.description());
  }
}

result<value> read_toml(const std::filesystem::path& file) {
  std::error_code ignored;
  if (std::filesystem::is_directory(file, ignored))
    return fail(errc::bad_input, "{}: is a folder; a scenario is a TOML file", file.string());
  std::ifstream in{file, std::ios::binary};
  if (!in)
    return fail(errc::not_found, "{}: cannot be opened; is the path right?", file.string());
  std::string text(file_bytes_max + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > file_bytes_max)
    return fail(errc::bad_input, "{}: is larger than {} bytes; is it a scenario?", file.string(),
                file_bytes_max);
  return parse_toml(text, file.string());
}

}  // namespace echelon::experiments
