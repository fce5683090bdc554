#include "experiments/report/svg_chart.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "experiments/report/report_format.hpp"

namespace echelon::experiments {
namespace {

constexpr double width = 560, height = 300;
constexpr double left = 52, right = 12, top = 10, bottom = 42;

struct range {
  double least = std::numeric_limits<double>::infinity();
  double most = -std::numeric_limits<double>::infinity();

  void add(double number) {
    least = std::min(least, number);
    most = std::max(most, number);
  }
};

bool drawable(const svg_point& point, const svg_chart& chart) {
  const auto fits = [](double number, const svg_axis& axis) {
    return std::isfinite(number) && (axis.shape == svg_scale::kind::linear || number > 0);
  };
  return fits(point.x, chart.x) && fits(point.y, chart.y);
}

std::vector<svg_point> kept(const std::vector<svg_point>& points, const svg_chart& chart) {
  std::vector<svg_point> out;
  std::ranges::copy_if(points, std::back_inserter(out),
                       [&chart](const svg_point& point) { return drawable(point, chart); });
  return thinned(out, svg_points_max);
}

/// The plot area: scales, and pixels of data points.
struct plot {
  svg_scale x, y;

  double px(double number) const { return left + x.share(number) * (width - left - right); }
  double py(double number) const {
    return height - bottom - y.share(number) * (height - top - bottom);
  }
};

std::string path_of(const plot& area, const std::vector<svg_point>& points, bool step) {
  std::string path;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const double x = area.px(points[i].x);
    const double y = area.py(points[i].y);
    if (i == 0)
      path += fmt::format("M{:.1f} {:.1f}", x, y);
    else
      path += step ? fmt::format("H{:.1f}V{:.1f}", x, y) : fmt::format("L{:.1f} {:.1f}", x, y);
  }
  return path;
}

std::string band_of(const plot& area, const svg_series& series, const svg_chart& chart) {
  const std::vector<svg_point> low = kept(series.low, chart);
  std::vector<svg_point> around = kept(series.high, chart);
  if (low.size() < 2 || around.size() < 2)
    return {};
  around.insert(around.end(), low.rbegin(), low.rend());
  return fmt::format("<path class=\"band c{}\" d=\"{}Z\"/>\n", series.colour % svg_colours,
                     path_of(area, around, false));
}

std::string tick_label(const svg_tick& tick, const svg_axis& axis) {
  return axis.percent ? tick_text(100 * tick.at) + "%" : tick.label;
}

std::string axes_of(const plot& area, const svg_chart& chart) {
  std::string out;
  for (const svg_tick& tick : area.y.ticks())
    out += fmt::format("<path class=\"grid\" d=\"M{0:.0f} {1:.1f}H{2:.0f}\"/><text x=\"{3:.0f}\" "
                       "y=\"{4:.1f}\" text-anchor=\"end\">{5}</text>\n",
                       left, area.py(tick.at), width - right, left - 7, area.py(tick.at) + 4,
                       tick_label(tick, chart.y));
  for (const svg_tick& tick : area.x.ticks())
    out += fmt::format("<path class=\"tick\" d=\"M{0:.1f} {1:.0f}v4\"/><text x=\"{0:.1f}\" "
                       "y=\"{2:.0f}\" text-anchor=\"middle\">{3}</text>\n",
                       area.px(tick.at), height - bottom, height - bottom + 17,
                       tick_label(tick, chart.x));
  out += fmt::format("<path class=\"axis\" d=\"M{:.0f} {:.0f}H{:.0f}\"/>\n", left, height - bottom,
                     width - right);
  out += fmt::format(
      "<text class=\"title\" x=\"{:.0f}\" y=\"{:.0f}\" text-anchor=\"end\">{}</text>\n",
      width - right, height - 6, escape_html(chart.x.title));
  return out;
}

std::string rules_of(const plot& area, const svg_chart& chart) {
  std::string out;
  for (const svg_rule& rule : chart.rules)
    if (rule.at >= area.y.least() && rule.at <= area.y.most())
      out += fmt::format(
          "<path class=\"rule\" d=\"M{0:.0f} {1:.1f}H{2:.0f}\"/><text class=\"title\" "
          "x=\"{2:.0f}\" y=\"{3:.1f}\" text-anchor=\"end\">{4}</text>\n",
          left, area.py(rule.at), width - right, area.py(rule.at) - 4, escape_html(rule.label));
  return out;
}

svg_scale scale_of(const svg_axis& axis, range seen, bool widen) {
  if (axis.least)
    seen.least = *axis.least;
  if (axis.most)
    seen.most = *axis.most;
  seen.most = std::max(seen.least, seen.most);
  return {axis.shape, seen.least, seen.most, widen};
}

/// What the script needs to turn pixels back into data.
std::string frame_of(const plot& area, const svg_chart& chart) {
  const auto axis = [](const svg_scale& scale, const svg_axis& declared) {
    return fmt::format("{},{},{},{}", scale.least(), scale.most(),
                       scale.shape() == svg_scale::kind::linear ? 0 : 1, declared.percent ? 1 : 0);
  };
  return fmt::format(
      "data-x=\"{}\" data-y=\"{}\" data-box=\"{},{},{},{}\" data-xt=\"{}\" data-yt=\"{}\"",
      axis(area.x, chart.x), axis(area.y, chart.y), left, width - right, height - bottom, top,
      escape_html(chart.x.title), escape_html(chart.y.title));
}

}  // namespace

std::vector<svg_point> thinned(const std::vector<svg_point>& points, index points_max) {
  const index count = std::ssize(points);
  if (count <= points_max)
    return points;
  const index stretches = std::max<index>(1, points_max / 2 - 1);
  std::vector<svg_point> out{points.front()};
  for (index i = 0; i < stretches; ++i) {
    const auto begin = points.begin() + 1 + (count - 2) * i / stretches;
    const auto end = points.begin() + 1 + (count - 2) * (i + 1) / stretches;
    auto [low, high] = std::ranges::minmax_element(begin, end, {}, &svg_point::y);
    if (low > high)
      std::swap(low, high);
    out.push_back(*low);
    if (high != low)
      out.push_back(*high);
  }
  out.push_back(points.back());
  return out;
}

std::string draw(const svg_chart& chart) {
  range x, y;
  std::vector<std::vector<svg_point>> lines;
  bool any = false;
  const auto cover = [&](const std::vector<svg_point>& points) {
    for (const svg_point& point : points)
      if (drawable(point, chart)) {
        x.add(point.x);
        y.add(point.y);
      }
  };
  for (const svg_series& series : chart.series) {
    lines.push_back(kept(series.points, chart));
    any = any || lines.back().size() >= 2;
    cover(lines.back());
    cover(series.low);
    cover(series.high);
  }
  if (!any)
    return {};
  const plot area{scale_of(chart.x, x, false), scale_of(chart.y, y, true)};
  std::string out = fmt::format(
      "<svg class=\"chart\" viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{} against {}\" {}>\n",
      width, height, escape_html(chart.y.title), escape_html(chart.x.title), frame_of(area, chart));
  out += axes_of(area, chart) + rules_of(area, chart);
  for (const svg_series& series : chart.series)
    out += band_of(area, series, chart);
  for (std::size_t i = 0; i < lines.size(); ++i)
    out += fmt::format("<path class=\"line c{}\" data-name=\"{}\" d=\"{}\"/>\n",
                       chart.series[i].colour % svg_colours, escape_html(chart.series[i].name),
                       path_of(area, lines[i], chart.series[i].step));
  return out + "</svg>\n";
}

std::string legend_html(const std::vector<std::pair<std::string, index>>& names) {
  std::string out = "<ul class=\"legend\">";
  for (const auto& [name, colour] : names)
    out += fmt::format("<li><i class=\"c{}\"></i>{}</li>", colour % svg_colours, escape_html(name));
  return out + "</ul>\n";
}

}  // namespace echelon::experiments
