#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace echelon::experiments {

/// Text as HTML or SVG content or attribute value: & < > " ' become entities, control characters
/// go.
std::string escape_html(std::string_view text);

/// What stands where a number is missing or not finite.
inline constexpr std::string_view no_value = "–";

/// About `digits` significant digits, thousands apart by a thin space: 0.0123, 12.3, 12 345.
std::string number_text(double number, int digits = 3);
/// With a unit that keeps the number readable: "310 ms", "12.3 s", "4.2 h".
std::string seconds_text(double seconds);
/// "512 B", "1.2 kB", "3.4 GB": powers of 1000.
std::string bytes_text(double bytes);
/// "96.1 %"; `digits` after the point.
std::string percent_text(double share, int digits = 1);
/// An integer, thousands apart.
std::string count_text(double count);
std::string optional_text(const std::optional<double>& number, std::string (*format)(double));

/// Rows of a table, already HTML in each cell.
struct html_table {
  std::vector<std::string> head;
  std::vector<std::vector<std::string>> rows;

  /// The first column is text, the others are numbers unless `text_columns` says so.
  std::string html(std::size_t text_columns = 1) const;
};

/// <section> with a heading; nothing for an empty body.
std::string section_html(std::string_view title, std::string_view lead, std::string_view body);

/// <figure> with a caption; nothing for an empty picture.
std::string figure_html(std::string_view caption, std::string_view picture);

/// The whole page: head, style, script, body. `body` is HTML, `title` is text.
std::string page_html(std::string_view title, std::string_view body);

}  // namespace echelon::experiments
