#pragma once

#include <string>
#include <vector>

namespace echelon::experiments {

/// A part of a bar; `style` is a class of the style sheet ("c0", "used", "idle").
struct svg_piece {
  double size = 0;
  std::string style;
};

struct svg_bar {
  std::string label;  ///< before the bar
  std::vector<svg_piece> pieces;
  std::string value;  ///< after the bar
};

/// Horizontal stacked bars on one scale that starts at zero. Sizes that are not finite or not
/// positive are left out. Empty when there is no bar.
std::string draw(const std::vector<svg_bar>& bars);

/// One estimate with its interval; `known` false draws no mark and keeps the row.
struct svg_estimate {
  std::string label;
  double middle = 0, low = 0, high = 0;
  std::string value;
  std::size_t colour = 0;
  bool known = true;
};

/// Estimates and intervals on one linear scale with a line at zero.
std::string draw(const std::vector<svg_estimate>& estimates, const std::string& title);

}  // namespace echelon::experiments
