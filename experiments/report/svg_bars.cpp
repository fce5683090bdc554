#include "experiments/report/svg_bars.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "experiments/report/report_format.hpp"
#include "experiments/report/svg_chart.hpp"

namespace echelon::experiments {
namespace {

constexpr double width = 560, row_height = 24, label_width = 180, value_width = 96;
constexpr std::size_t label_letters_max = 28;

/// Cut so that it fits before the bar; the whole text stays as a tooltip.
std::string label_text(const std::string& label, double y) {
  std::string shown = label;
  if (shown.size() > label_letters_max) {
    std::size_t end = label_letters_max - 1;
    while (end > 0 && (static_cast<unsigned char>(shown[end]) & 0xc0U) == 0x80U)
      --end;  // not inside a letter of several bytes
    shown = shown.substr(0, end) + "…";
  }
  return fmt::format(
      "<text x=\"{:.0f}\" y=\"{:.1f}\" text-anchor=\"end\">{}<title>{}</title></text>\n",
      label_width - 8, y, escape_html(shown), escape_html(label));
}

double size_of(const svg_piece& piece) {
  return std::isfinite(piece.size) && piece.size > 0 ? piece.size : 0.0;
}

double size_of(const svg_bar& bar) {
  double sum = 0;
  for (const svg_piece& piece : bar.pieces)
    sum += size_of(piece);
  return sum;
}

}  // namespace

std::string draw(const std::vector<svg_bar>& bars) {
  double longest = 0;
  for (const svg_bar& bar : bars)
    longest = std::max(longest, size_of(bar));
  if (bars.empty())
    return {};
  const double room = width - label_width - value_width;
  const double scale = longest > 0 ? room / longest : 0;
  std::string out = fmt::format("<svg class=\"bars\" viewBox=\"0 0 {} {:.0f}\" role=\"img\">\n",
                                width, static_cast<double>(bars.size()) * row_height);
  double y = 0;
  for (const svg_bar& bar : bars) {
    out += label_text(bar.label, y + row_height / 2 + 4);
    double x = label_width;
    for (const svg_piece& piece : bar.pieces) {
      out += fmt::format(
          "<rect class=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\"/>",
          escape_html(piece.style), x, y + 5, scale * size_of(piece), row_height - 10);
      x += scale * size_of(piece);
    }
    out += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\">{}</text>\n", x + 6, y + row_height / 2 + 4,
                       escape_html(bar.value));
    y += row_height;
  }
  return out + "</svg>\n";
}

std::string draw(const std::vector<svg_estimate>& estimates, const std::string& title) {
  double least = 0, most = 0;
  for (const svg_estimate& one : estimates)
    if (one.known) {
      least = std::min({least, one.low, one.middle});
      most = std::max({most, one.high, one.middle});
    }
  if (estimates.empty())
    return {};
  const svg_scale scale{svg_scale::kind::linear, least, most, true};
  const double room = width - label_width - value_width - 40;
  const auto px = [&](double number) { return label_width + scale.share(number) * room; };
  const double rows_height = static_cast<double>(estimates.size()) * row_height;
  std::string out = fmt::format("<svg class=\"bars\" viewBox=\"0 0 {} {:.0f}\" role=\"img\">\n",
                                width, rows_height + 36);
  for (const svg_tick& tick : scale.ticks())
    out += fmt::format(
        "<path class=\"{0}\" d=\"M{1:.1f} 0V{2:.0f}\"/><text x=\"{1:.1f}\" y=\"{3:.0f}\" "
        "text-anchor=\"middle\">{4}</text>\n",
        tick.at == 0 ? "axis" : "grid", px(tick.at), rows_height, rows_height + 15, tick.label);
  double y = row_height / 2;
  for (const svg_estimate& one : estimates) {
    out += label_text(one.label, y + 4);
    if (one.known)
      out += fmt::format(
          "<path class=\"whisker c{0}\" d=\"M{1:.1f} {2:.1f}H{3:.1f}\"/><circle class=\"dot c{0}\" "
          "cx=\"{4:.1f}\" cy=\"{2:.1f}\" r=\"4\"/>",
          one.colour % svg_colours, px(one.low), y, px(one.high), px(one.middle));
    out += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\">{}</text>\n", label_width + room + 10,
                       y + 4, escape_html(one.value));
    y += row_height;
  }
  return out + fmt::format("<text class=\"title\" x=\"{:.1f}\" y=\"{:.0f}\" "
                           "text-anchor=\"end\">{}</text>\n</svg>\n",
                           label_width + room, rows_height + 31, escape_html(title));
}

}  // namespace echelon::experiments
