#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace echelon {

class value;
using value_list = std::vector<value>;
using value_table = std::map<std::string, value, std::less<>>;

/// Where a value was written, so that a refusal can name it: FILE and LINE, or an argument.
struct origin {
  std::shared_ptr<const std::string> source;  ///< null: a default
  int line = 0;                               ///< 0: not a line of a file

  /// "FILE:LINE", "--set", or "default".
  std::string text() const;
};

/// A setting as a scenario file can hold it: flag, integer, number, text, list or table.
class value {
public:
  using storage = std::variant<bool, std::int64_t, double, std::string, value_list, value_table>;

  value() : data_(value_table{}) {}
  value(bool flag) : data_(flag) {}
  value(int integer) : data_(static_cast<std::int64_t>(integer)) {}
  value(std::int64_t integer) : data_(integer) {}
  value(double number) : data_(number) {}
  value(const char* text) : data_(std::string{text}) {}
  value(std::string text) : data_(std::move(text)) {}
  value(value_list items) : data_(std::move(items)) {}
  value(value_table members) : data_(std::move(members)) {}

  const storage& data() const { return data_; }
  storage& data() { return data_; }
  const origin& where() const { return where_; }
  value& written_at(origin where) {
    where_ = std::move(where);
    return *this;
  }

  bool is_flag() const { return std::holds_alternative<bool>(data_); }
  bool is_integer() const { return std::holds_alternative<std::int64_t>(data_); }
  /// Integers are numbers too.
  bool is_number() const { return is_integer() || std::holds_alternative<double>(data_); }
  bool is_text() const { return std::holds_alternative<std::string>(data_); }
  bool is_list() const { return std::holds_alternative<value_list>(data_); }
  bool is_table() const { return std::holds_alternative<value_table>(data_); }

  /// Each expects that the value is of that kind.
  bool flag() const;
  std::int64_t integer() const;
  double number() const;
  const std::string& text() const;
  const value_list& list() const;
  const value_table& table() const;
  value_table& table();

  /// As TOML writes it on one line: 0.1, "text", [1, 2], { a = 1 }. Doubles read back to the same
  /// bits.
  std::string toml() const;

  /// Compares what is held, not where it was written.
  bool operator==(const value& other) const { return data_ == other.data_; }

private:
  storage data_;
  origin where_;
};

}  // namespace echelon
