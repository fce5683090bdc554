#include "experiments/report/report_format.hpp"

#include <array>
#include <cmath>

#include <fmt/format.h>

#include "experiments/report/report_style.hpp"

namespace echelon::experiments {
namespace {

/// Digits before the point in groups of three, apart by U+202F.
std::string grouped(std::string digits) {
  const std::size_t sign = digits.starts_with('-') ? 1 : 0;
  std::size_t end = std::min(digits.find('.'), digits.size());
  if (end - sign < 5)
    return digits;
  for (; end > sign + 3; end -= 3)
    digits.insert(end - 3, "\u202f");
  return digits;
}

struct unit {
  double size;
  std::string_view name;
};

template <std::size_t Count>
std::string with_unit(double number, const std::array<unit, Count>& units) {
  if (!std::isfinite(number))
    return std::string{no_value};
  for (const unit& candidate : units)
    if (std::abs(number) >= candidate.size)
      return fmt::format("{}\u00a0{}", number_text(number / candidate.size), candidate.name);
  return fmt::format("{}\u00a0{}", number_text(number / units.back().size), units.back().name);
}

}  // namespace

std::string escape_html(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char letter : text) {
    switch (letter) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default:
        if (static_cast<unsigned char>(letter) >= 0x20 || letter == '\n' || letter == '\t')
          out += letter;
    }
  }
  return out;
}

std::string number_text(double number, int digits) {
  if (!std::isfinite(number))
    return std::string{no_value};
  if (number == 0)
    return "0";
  const double size = std::abs(number);
  if (size < 1e-3 || size >= 1e9)
    return fmt::format("{:.{}g}", number, digits);
  const int before = static_cast<int>(std::floor(std::log10(size))) + 1;
  return grouped(fmt::format("{:.{}f}", number, std::max(0, digits - before)));
}

std::string seconds_text(double seconds) {
  static constexpr std::array units{unit{1, "s"}, unit{1e-3, "ms"}, unit{1e-6, "µs"}};
  constexpr double hour = 3'600, day = 24 * hour;
  if (seconds == 0)
    return "0\u00a0s";
  // Up to three hours seconds are easier to compare.
  if (seconds >= 3 * day)
    return fmt::format("{}\u00a0d", number_text(seconds / day));
  if (seconds >= 3 * hour)
    return fmt::format("{}\u00a0h", number_text(seconds / hour));
  return with_unit(seconds, units);
}

std::string bytes_text(double bytes) {
  static constexpr std::array units{unit{1e12, "TB"}, unit{1e9, "GB"}, unit{1e6, "MB"},
                                    unit{1e3, "kB"}, unit{1, "B"}};
  return with_unit(bytes, units);
}

std::string percent_text(double share, int digits) {
  return std::isfinite(share) ? fmt::format("{:.{}f}\u00a0%", 100 * share, digits)
                              : std::string{no_value};
}

std::string count_text(double count) {
  return std::isfinite(count) ? grouped(fmt::format("{:.0f}", count)) : std::string{no_value};
}

std::string optional_text(const std::optional<double>& number, std::string (*format)(double)) {
  return number ? format(*number) : std::string{no_value};
}

std::string html_table::html(std::size_t text_columns) const {
  const auto row = [text_columns](const std::vector<std::string>& cells, std::string_view tag) {
    std::string out = "<tr>";
    for (std::size_t i = 0; i < cells.size(); ++i)
      out += fmt::format("<{0}{1}>{2}</{0}>", tag, i < text_columns ? "" : " class=\"n\"",
                         cells[i]);
    return out + "</tr>\n";
  };
  std::string out = "<div class=\"scroll\"><table><thead>" + row(head, "th") + "</thead><tbody>\n";
  for (const auto& cells : rows)
    out += row(cells, "td");
  return out + "</tbody></table></div>\n";
}

std::string section_html(std::string_view title, std::string_view lead, std::string_view body) {
  if (body.empty())
    return {};
  return fmt::format("<section>\n<h2>{}</h2>\n{}{}</section>\n", escape_html(title),
                     lead.empty() ? "" : fmt::format("<p class=\"lead\">{}</p>\n", lead), body);
}

std::string figure_html(std::string_view caption, std::string_view picture) {
  if (picture.empty())
    return {};
  return fmt::format("<figure><figcaption>{}</figcaption>\n{}</figure>\n", caption, picture);
}

std::string page_html(std::string_view title, std::string_view body) {
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/>\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
      "<meta name=\"color-scheme\" content=\"light dark\"/>\n<title>{}</title>\n"
      "<style>\n{}</style></head>\n<body><main>\n{}</main>\n<script>\n{}</script></body></html>\n",
      escape_html(title), report_style, body, report_script);
}

}  // namespace echelon::experiments
