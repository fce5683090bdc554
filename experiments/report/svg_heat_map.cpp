#include "experiments/report/svg_heat_map.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "experiments/compare/statistics.hpp"
#include "experiments/report/report_format.hpp"
#include "experiments/report/svg_scale.hpp"

namespace echelon::experiments {
namespace {

constexpr index levels = 8;
constexpr double width = 1120, left = 78, right = 118, top = 6, bottom = 38;
constexpr double bar_width = 80;
/// Beyond this ratio between late and early, colours follow the logarithm.
constexpr double wide_ratio = 6;

/// Which colour an answer time has.
class palette {
public:
  explicit palette(const straggler_map& map) : scale_(scale_of(map)) {}

  index level(double answer_s) const {
    return std::min(levels - 1, static_cast<index>(scale_.share(answer_s) * levels));
  }
  /// The answer time at which a level begins.
  double begin(index level) const {
    const double share = static_cast<double>(level) / levels;
    return scale_.shape() == svg_scale::kind::linear
               ? std::lerp(scale_.least(), scale_.most(), share)
               : scale_.least() * std::pow(scale_.most() / scale_.least(), share);
  }

private:
  static svg_scale scale_of(const straggler_map& map) {
    std::vector<double> answers;
    for (index row = 0; row < map.rows(); ++row)
      for (index column = 0; column < map.columns(); ++column)
        if (const auto mean = map.at(row, column).answer_mean_s())
          answers.push_back(*mean);
    if (answers.empty())
      return {svg_scale::kind::linear, 0, 1, false};
    std::ranges::sort(answers);
    // The outermost answers share the end colours, so that one outlier does not wash out the rest.
    const double early = quantile_of_sorted(answers, 0.01);
    const double late = quantile_of_sorted(answers, 0.99);
    const bool wide = early > 0 && late > wide_ratio * early;
    return {wide ? svg_scale::kind::logarithmic : svg_scale::kind::linear, early, late, false};
  }

  svg_scale scale_;
};

struct grid {
  const straggler_map& map;
  double cell_width, cell_height;

  explicit grid(const straggler_map& drawn)
      : map(drawn), cell_width((width - left - right) / static_cast<double>(drawn.columns())),
        cell_height(std::clamp(320.0 / static_cast<double>(drawn.rows()), 4.0, 16.0)) {}

  double x(index column) const { return left + static_cast<double>(column) * cell_width; }
  double y(index row) const { return top + static_cast<double>(row) * cell_height; }
  double bottom_edge() const { return y(map.rows()); }
};

/// A letter per colour: a to h for levels, x where most answers were missing, . where nothing is
/// known.
char code_of(const straggler_map::cell& cell, const palette& colours) {
  if (cell.count() == 0)
    return '.';
  if (2 * cell.silent > cell.count())
    return 'x';
  return static_cast<char>('a' + colours.level(*cell.answer_mean_s()));
}

std::string codes_of(const straggler_map& map, const palette& colours) {
  std::string codes;
  for (index row = 0; row < map.rows(); ++row)
    for (index column = 0; column < map.columns(); ++column)
      codes += code_of(map.at(row, column), colours);
  return codes;
}

/// One path a colour; equal neighbours in a row are one rectangle.
std::string cells_of(const grid& area, const std::string& codes) {
  std::string out;
  for (const char code : std::string_view{"abcdefghx"}) {
    std::string path;
    for (index row = 0; row < area.map.rows(); ++row) {
      const std::string_view line{codes.data() + row * area.map.columns(),
                                  static_cast<std::size_t>(area.map.columns())};
      for (std::size_t begin = line.find(code); begin < line.size();
           begin = line.find(code, begin)) {
        const std::size_t end = std::min(line.find_first_not_of(code, begin), line.size());
        path += fmt::format("M{:.1f} {:.1f}h{:.1f}v{:.1f}h-{:.1f}z",
                            area.x(static_cast<index>(begin)), area.y(row),
                            static_cast<double>(end - begin) * area.cell_width, area.cell_height,
                            static_cast<double>(end - begin) * area.cell_width);
        begin = end;
      }
    }
    if (!path.empty())
      out += fmt::format("<path class=\"h{}\" d=\"{}\"/>\n", code, path);
  }
  return out;
}

std::string slow_marks(const grid& area) {
  const double size = std::clamp(std::min(area.cell_width, area.cell_height) / 3, 1.2, 3.5);
  std::string path;
  for (index row = 0; row < area.map.rows(); ++row)
    for (index column = 0; column < area.map.columns(); ++column) {
      const auto& cell = area.map.at(row, column);
      // In blocks of many workers and rounds a share of slow ones is normal; only a majority is
      // marked.
      if (cell.count() > 0 && 2 * cell.slow > cell.count())
        path += fmt::format("M{:.1f} {:.1f}h{:.1f}v{:.1f}h-{:.1f}z",
                            area.x(column) + (area.cell_width - size) / 2,
                            area.y(row) + (area.cell_height - size) / 2, size, size, size);
    }
  return path.empty() ? std::string{} : fmt::format("<path class=\"slow\" d=\"{}\"/>\n", path);
}

std::string silent_bars(const grid& area) {
  const double from = width - right + 12;
  std::string out = fmt::format("<text class=\"title\" x=\"{:.0f}\" y=\"{:.1f}\" "
                                "text-anchor=\"end\">silent, % of rounds</text>\n",
                                width - 4, area.bottom_edge() + 32);
  std::string path;
  for (index row = 0; row < area.map.rows(); ++row) {
    straggler_map::cell total;
    for (index column = 0; column < area.map.columns(); ++column)
      total.add(area.map.at(row, column));
    const double share = total.count() > 0 ? static_cast<double>(total.silent) /
                                                 static_cast<double>(total.count())
                                           : 0;
    const double gap = area.cell_height > 6 ? 1.5 : 0.4;
    path += fmt::format("M{:.1f} {:.1f}h{:.1f}v{:.1f}h-{:.1f}z", from, area.y(row) + gap,
                        share * bar_width, area.cell_height - 2 * gap, share * bar_width);
    if (area.cell_height >= 11)
      out += fmt::format("<text class=\"small\" x=\"{:.1f}\" y=\"{:.1f}\">{:.0f}</text>\n",
                         from + share * bar_width + 4, area.y(row) + area.cell_height / 2 + 3.5,
                         100 * share);
  }
  return out + fmt::format("<path class=\"hx\" d=\"{}\"/>\n", path);
}

std::string labels_of(const grid& area, std::string_view node) {
  const straggler_map& map = area.map;
  std::string out;
  const index every = std::max<index>(1, (map.rows() + 19) / 20);
  for (index row = 0; row < map.rows(); row += every) {
    const index first = row * map.workers_per_row();
    const index last = std::min(first + map.workers_per_row(), map.workers()) - 1;
    out += fmt::format(
        "<text class=\"small\" x=\"{:.0f}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>\n", left - 6,
        area.y(row) + area.cell_height / 2 + 3.5,
        first == last ? fmt::format("{}", first) : fmt::format("{}–{}", first, last));
  }
  const svg_scale rounds{svg_scale::kind::linear, 1, static_cast<double>(map.rounds()), false};
  for (const svg_tick& tick : rounds.ticks()) {
    const double x = left + (tick.at - 0.5) / static_cast<double>(map.rounds_per_column()) *
                                area.cell_width;
    out += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{}</text>\n", x,
                       area.bottom_edge() + 17, tick.label);
  }
  return out +
         fmt::format("<text class=\"title\" x=\"{:.0f}\" y=\"{:.1f}\" text-anchor=\"middle\">round"
                     "</text>\n<text class=\"title\" x=\"0\" y=\"{:.1f}\">{}</text>\n",
                     (left + width - right) / 2, area.bottom_edge() + 34, top + 10, node);
}

std::string legend_of(const palette& colours) {
  std::string out = "<p class=\"ramp\"><span>" + seconds_text(colours.begin(0)) + "</span>";
  for (index level = 0; level < levels; ++level)
    out += fmt::format("<i class=\"h{}\"></i>", static_cast<char>('a' + level));
  return out + "<span>" + seconds_text(colours.begin(levels)) +
         " until the answer came</span><i class=\"hx gap\"></i><span>no answer when the round ended"
         "</span><i class=\"slow gap\"></i><span>drawn slow</span></p>\n";
}

}  // namespace

std::string draw(const straggler_map& map, std::string_view node) {
  if (map.empty())
    return {};
  const palette colours{map};
  const grid area{map};
  const std::string codes = codes_of(map, colours);
  std::string begins;
  for (index level = 0; level <= levels; ++level)
    begins += fmt::format("{}{}", level == 0 ? "" : ",", seconds_text(colours.begin(level)));
  std::string out = legend_of(colours);
  out += fmt::format(
      "<svg class=\"heat\" viewBox=\"0 0 {:.0f} {:.1f}\" role=\"img\" aria-label=\"answer times by "
      "{} and round\" data-node=\"{}\" data-cells=\"{}\" data-levels=\"{}\" "
      "data-box=\"{},{},{:.1f},{}\" "
      "data-grid=\"{},{},{},{},{},{}\">\n",
      width, area.bottom_edge() + bottom, node, node, codes, begins, left, width - right,
      area.bottom_edge(), top, map.rows(), map.columns(), map.workers(), map.workers_per_row(),
      map.rounds(), map.rounds_per_column());
  return out + cells_of(area, codes) + slow_marks(area) + silent_bars(area) +
         labels_of(area, node) + "</svg>\n";
}

}  // namespace echelon::experiments
