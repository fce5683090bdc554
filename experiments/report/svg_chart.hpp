#pragma once

#include <optional>
#include <string>
#include <vector>

#include "algorithms/base/types.hpp"
#include "experiments/report/svg_scale.hpp"

namespace echelon::experiments {

struct svg_point {
  double x, y;
};

/// One line of a chart. Points whose coordinates are not finite are left out.
struct svg_series {
  std::string name;
  index colour = 0;  ///< the same number is the same colour everywhere on a page
  std::vector<svg_point> points = {};
  bool step = false;                           ///< holds each value until the next point
  std::vector<svg_point> low = {}, high = {};  ///< a band around the line; same x on both sides
};

struct svg_axis {
  std::string title;
  svg_scale::kind shape = svg_scale::kind::linear;
  std::optional<double> least = {}, most = {};  ///< nullopt: as the data says
  bool percent = false;                         ///< ticks as percentages
};

/// A line of reference across the chart, such as a target.
struct svg_rule {
  double at;
  std::string label;
};

struct svg_chart {
  svg_axis x, y;
  std::vector<svg_series> series;
  std::vector<svg_rule> rules = {};  ///< horizontal
};

/// An SVG element, complete without script; long series are thinned to their minima and maxima.
/// Empty when no series has two points. Cost: O(points); at most `svg_points_max` vertices a line.
std::string draw(const svg_chart& chart);

inline constexpr index svg_points_max = 900;

/// At most about `points_max` points that keep each stretch's least and greatest value, and both
/// ends. Shapes: points ascending in x.
std::vector<svg_point> thinned(const std::vector<svg_point>& points, index points_max);

/// HTML list of names with their colours.
std::string legend_html(const std::vector<std::pair<std::string, index>>& names);

/// Class names of series colours repeat after this many.
inline constexpr index svg_colours = 8;

}  // namespace echelon::experiments
