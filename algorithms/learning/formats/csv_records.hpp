#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "algorithms/learning/formats/text_file.hpp"

namespace echelon::learning {

/// The records of a table of separated values. Fields may be quoted, with doubled quotes inside,
/// and go on over several lines. Blanks round unquoted fields, and blank lines, are skipped.
/// Errors: "FILE:LINE: ...": a quote that is never closed, text behind a closing quote.
/// Source: RFC 4180.
class csv_records {
public:
  static result<csv_records> open(const std::filesystem::path& path, char separator);

  /// Moves to the next record; false at the end of the file.
  result<bool> next();
  const std::vector<std::string>& fields() const { return fields_; }
  const text_file& text() const { return text_; }

private:
  csv_records(text_file text, char separator) : text_(std::move(text)), separator_(separator) {}

  result<bool> split(std::string_view line);
  result<std::string_view> quoted_field(std::string_view rest, std::string& field);

  text_file text_;
  char separator_;
  std::vector<std::string> fields_;
};

}  // namespace echelon::learning
