#pragma once

#include <string>
#include <vector>

namespace echelon::experiments {

struct svg_tick {
  double at;
  std::string label;
};

/// Maps data to pixels along one axis and knows where its ticks are.
class svg_scale {
public:
  enum class kind : unsigned char { linear, logarithmic };

  /// Covers [least, most] and is widened to tick positions where `widen` asks for it. An empty or
  /// single-valued range is given some width; a logarithmic one must be positive.
  svg_scale(kind shape, double least, double most, bool widen);

  kind shape() const { return shape_; }
  double least() const { return least_; }
  double most() const { return most_; }
  /// 0 at the least value, 1 at the most; values outside are clamped.
  double share(double number) const;
  const std::vector<svg_tick>& ticks() const { return ticks_; }

private:
  void make_linear(bool widen);
  void make_logarithmic(bool widen);

  kind shape_;
  double least_, most_;
  std::vector<svg_tick> ticks_;
};

/// A label as short as a tick needs: 0.05, 250, 20k, 1e-6.
std::string tick_text(double number);

}  // namespace echelon::experiments
