#pragma once

#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "algorithms/base/result.hpp"
#include "algorithms/base/types.hpp"
#include "algorithms/base/value.hpp"

namespace echelon {

enum class value_kind : unsigned char { flag, integer, number, text, list, table, any };

std::string_view to_string(value_kind kind);

/// One setting a policy or a section declares: what it is called, what it may be, what it is by
/// default.
struct parameter {
  std::string name;
  value_kind kind;
  std::optional<value> fallback;  ///< nullopt: it has none, and may be absent
  std::string summary;            ///< one line, with units
  double least = -std::numeric_limits<double>::infinity();  ///< inclusive, for numbers
  double most = std::numeric_limits<double>::infinity();    ///< inclusive, for numbers
  std::vector<std::string> choices = {};                    ///< for texts; empty: any
  bool required = false;
};

/// The settings given to a policy, already of the declared kinds and within the declared ranges,
/// with every default filled in. Asking for a name that was not declared is a bug.
class parameters {
public:
  parameters() = default;

  /// Checks `given` against `declared` and fills in the defaults. `section` ("data.partition")
  /// prefixes the keys in refusals: "FILE:LINE: section.key: what is wrong; what would be right".
  static result<parameters> resolve(const value& given, std::span<const parameter> declared,
                                    std::string_view section);

  bool has(std::string_view name) const;
  bool flag(std::string_view name) const { return at(name).flag(); }
  std::int64_t integer(std::string_view name) const { return at(name).integer(); }
  double number(std::string_view name) const { return at(name).number(); }
  const std::string& text(std::string_view name) const { return at(name).text(); }
  const value& at(std::string_view name) const;

  /// The table held by `name`, resolved as a section of its own: "section.name". An absent one is
  /// empty.
  result<parameters> nested(std::string_view name, std::span<const parameter> declared) const;
  /// The same for each table of the list held by `name`: "section.name[0]", ...
  result<std::vector<parameters>> nested_list(std::string_view name,
                                              std::span<const parameter> declared) const;

  /// A refusal of one key, with its place: "FILE:LINE: section.key: <sentence>".
  template <class... Args>
  [[nodiscard]] std::unexpected<error>
  refuse(std::string_view name, fmt::format_string<Args...> format, Args&&... args) const {
    return refuse_text(name, fmt::format(format, std::forward<Args>(args)...));
  }

  const value_table& table() const { return given_.table(); }

private:
  std::string key(std::string_view name) const;
  std::unexpected<error> refuse_text(std::string_view name, std::string sentence) const;

  value given_;
  std::string section_;
};

/// "FILE:LINE: key: sentence", without the place where the origin is a default.
error refusal(const origin& where, std::string_view key, std::string_view sentence);

/// `; did you mean "x"?` when a name is close to a known one, else `; known: a, b, c`.
std::string suggestion(std::string_view name, std::span<const std::string> known);

}  // namespace echelon
