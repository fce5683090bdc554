#include "algorithms/base/value.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "algorithms/base/contract.hpp"

namespace echelon {
namespace {

bool is_bare_key(std::string_view key) {
  return !key.empty() && std::ranges::all_of(key, [](char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
           (letter >= '0' && letter <= '9') || letter == '_' || letter == '-';
  });
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char letter : text) {
    const auto code = static_cast<unsigned char>(letter);
    if (letter == '"' || letter == '\\')
      out += fmt::format("\\{}", letter);
    else if (code < 0x20 || code == 0x7f)
      out += fmt::format("\\u{:04x}", code);
    else
      out += letter;
  }
  return out + '"';
}

std::string number_text(double number) {
  if (std::isnan(number))
    return "nan";
  if (std::isinf(number))
    return number > 0 ? "inf" : "-inf";
  std::string text = fmt::format("{}", number);
  if (text.find_first_of(".e") == std::string::npos)
    text += ".0";
  return text;
}

}  // namespace

std::string origin::text() const {
  if (!source)
    return "default";
  return line > 0 ? fmt::format("{}:{}", *source, line) : *source;
}

bool value::flag() const {
  expects(is_flag());
  return std::get<bool>(data_);
}

std::int64_t value::integer() const {
  expects(is_integer());
  return std::get<std::int64_t>(data_);
}

double value::number() const {
  expects(is_number());
  return is_integer() ? static_cast<double>(std::get<std::int64_t>(data_))
                      : std::get<double>(data_);
}

const std::string& value::text() const {
  expects(is_text());
  return std::get<std::string>(data_);
}

const value_list& value::list() const {
  expects(is_list());
  return std::get<value_list>(data_);
}

const value_table& value::table() const {
  expects(is_table());
  return std::get<value_table>(data_);
}

value_table& value::table() {
  expects(is_table());
  return std::get<value_table>(data_);
}

std::string value::toml() const {
  struct writer {
    std::string operator()(bool flag) const { return flag ? "true" : "false"; }
    std::string operator()(std::int64_t integer) const { return fmt::format("{}", integer); }
    std::string operator()(double number) const { return number_text(number); }
    std::string operator()(const std::string& text) const { return quoted(text); }
    std::string operator()(const value_list& items) const {
      std::vector<std::string> texts;
      std::ranges::transform(items, std::back_inserter(texts), &value::toml);
      return fmt::format("[{}]", fmt::join(texts, ", "));
    }
    std::string operator()(const value_table& members) const {
      std::vector<std::string> texts;
      for (const auto& [key, member] : members)
        texts.push_back(
            fmt::format("{} = {}", is_bare_key(key) ? key : quoted(key), member.toml()));
      return texts.empty() ? "{}" : fmt::format("{{ {} }}", fmt::join(texts, ", "));
    }
  };
  return std::visit(writer{}, data_);
}

}  // namespace echelon
