#include "algorithms/learning/sources/glyphs.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include "algorithms/base/random.hpp"

namespace echelon::learning {
namespace {

constexpr index side = 28;
constexpr index digits = 10;
constexpr index pieces = 6;  ///< straight pieces per curve

struct point {
  double x;
  double y;
};

/// A quadratic Bezier curve in a unit square, y downwards; a straight stroke has its control point
/// between.
struct stroke {
  point from;
  point control;
  point to;
};

constexpr stroke line(point from, point to) {
  return {from, {(from.x + to.x) / 2, (from.y + to.y) / 2}, to};
}

const std::array<std::vector<stroke>, digits>& shapes() {
  static const std::array<std::vector<stroke>, digits> all{{
      {{{.5, 0}, {.05, 0}, {.05, .5}},
       {{.05, .5}, {.05, 1}, {.5, 1}},
       {{.5, 1}, {.95, 1}, {.95, .5}},
       {{.95, .5}, {.95, 0}, {.5, 0}}},
      {line({.25, .25}, {.55, 0}), line({.55, 0}, {.55, 1})},
      {{{.1, .25}, {.2, 0}, {.5, 0}},
       {{.5, 0}, {.9, 0}, {.85, .35}},
       {{.85, .35}, {.8, .55}, {.1, 1}},
       line({.1, 1}, {.9, 1})},
      {{{.15, .1}, {.85, -.1}, {.85, .25}},
       {{.85, .25}, {.85, .48}, {.4, .48}},
       {{.4, .48}, {.95, .48}, {.9, .78}},
       {{.9, .78}, {.8, 1.12}, {.1, .9}}},
      {line({.6, 0}, {.1, .65}), line({.1, .65}, {.95, .65}), line({.7, .35}, {.7, 1})},
      {line({.85, 0}, {.25, 0}),
       line({.25, 0}, {.2, .45}),
       {{.2, .45}, {.95, .3}, {.9, .7}},
       {{.9, .7}, {.8, 1.1}, {.1, .92}}},
      {{{.75, .02}, {.2, .15}, {.12, .65}},
       {{.12, .65}, {.12, 1}, {.5, 1}},
       {{.5, 1}, {.9, 1}, {.88, .7}},
       {{.88, .7}, {.8, .35}, {.15, .62}}},
      {line({.1, 0}, {.9, 0}), {{.9, 0}, {.5, .5}, {.4, 1}}},
      {{{.5, .46}, {.1, .4}, {.15, .2}},
       {{.15, .2}, {.2, 0}, {.5, 0}},
       {{.5, 0}, {.85, 0}, {.85, .2}},
       {{.85, .2}, {.85, .42}, {.5, .46}},
       {{.5, .46}, {.05, .55}, {.1, .78}},
       {{.1, .78}, {.15, 1}, {.5, 1}},
       {{.5, 1}, {.9, 1}, {.9, .78}},
       {{.9, .78}, {.9, .55}, {.5, .46}}},
      {{{.85, .35}, {.8, 0}, {.5, 0}},
       {{.5, 0}, {.1, 0}, {.12, .3}},
       {{.12, .3}, {.15, .6}, {.5, .55}},
       {{.5, .55}, {.85, .5}, {.85, .35}},
       {{.85, .35}, {.85, .8}, {.6, 1}}},
  }};
  return all;
}

/// How one sample differs from its template. Units: pixels, but for the factors of the matrix.
struct handwriting {
  double xx, xy, yx, yy;  ///< from the unit square's centre to pixels
  point centre;
  double wobble;  ///< how far each corner of the template strays, in unit squares
  double pen_radius;
  double ink;    ///< brightest value of the pen, up to 255
  double noise;  ///< largest value added to or taken from a pixel
};

handwriting draw_handwriting(random_stream& random) {
  // Rotation by an angle whose half has the tangent t: no sine needed, so no bits of a math
  // library.
  const double t = random.uniform(-0.15, 0.15);
  const double cosine = (1 - t * t) / (1 + t * t);
  const double sine = 2 * t / (1 + t * t);
  const double shear = random.uniform(-0.33, 0.33);
  const double width = random.uniform(10, 15);
  const double height = random.uniform(15, 21);
  return {.xx = width * cosine,
          .xy = height * (shear * cosine - sine),
          .yx = width * sine,
          .yy = height * (shear * sine + cosine),
          .centre = {random.uniform(11, 16), random.uniform(11, 16)},
          .wobble = 0.07,
          .pen_radius = random.uniform(0.7, 1.7),
          .ink = random.uniform(150, 255),
          .noise = random.uniform(0, 40)};
}

using canvas = std::array<double, side * side>;

/// The straight pieces of a stroke leave their coverage, at most 1, with a soft edge one pixel
/// wide.
void draw_segment(canvas& coverage, point from, point to, double radius) {
  const double reach = radius + 0.5;
  const auto clamped = [](double v) {
    return std::clamp(static_cast<index>(v), index{0}, side - 1);
  };
  const index top = clamped(std::min(from.y, to.y) - reach);
  const index bottom = clamped(std::max(from.y, to.y) + reach + 1);
  const index left = clamped(std::min(from.x, to.x) - reach);
  const index right = clamped(std::max(from.x, to.x) + reach + 1);
  const point along{to.x - from.x, to.y - from.y};
  const double length_squared = std::max(along.x * along.x + along.y * along.y, 1e-9);
  for (index row = top; row <= bottom; ++row)
    for (index column = left; column <= right; ++column) {
      const point off{static_cast<double>(column) - from.x, static_cast<double>(row) - from.y};
      const double nearest = std::clamp((off.x * along.x + off.y * along.y) / length_squared, 0.0,
                                        1.0);
      const double dx = off.x - nearest * along.x;
      const double dy = off.y - nearest * along.y;
      const double covered = std::clamp(reach - std::sqrt(dx * dx + dy * dy), 0.0, 1.0);
      double& here = coverage[static_cast<std::size_t>(row * side + column)];
      here = std::max(here, covered);
    }
}

void draw_stroke(canvas& coverage, const std::array<point, 3>& curve, double radius) {
  point last = curve[0];
  for (index piece = 1; piece <= pieces; ++piece) {
    const double t = static_cast<double>(piece) / pieces;
    const double a = (1 - t) * (1 - t);
    const double b = 2 * t * (1 - t);
    const double c = t * t;
    const point next{a * curve[0].x + b * curve[1].x + c * curve[2].x,
                     a * curve[0].y + b * curve[1].y + c * curve[2].y};
    draw_segment(coverage, last, next, radius);
    last = next;
  }
}

void draw_digit(index digit, random_stream& random, std::span<float> pixels) {
  const handwriting hand = draw_handwriting(random);
  const auto place = [&](point p) {
    const double x = p.x - 0.5 + random.uniform(-hand.wobble, hand.wobble);
    const double y = p.y - 0.5 + random.uniform(-hand.wobble, hand.wobble);
    return point{hand.centre.x + hand.xx * x + hand.xy * y,
                 hand.centre.y + hand.yx * x + hand.yy * y};
  };
  canvas coverage{};
  const stroke* before = nullptr;
  point end{};
  for (const stroke& each : shapes()[static_cast<std::size_t>(digit)]) {
    // Strokes that share a corner keep sharing it: only then does the pen not leave the paper.
    const bool joined = before != nullptr && before->to.x == each.from.x &&
                        before->to.y == each.from.y;
    const point from = joined ? end : place(each.from);
    const point control = place(each.control);
    end = place(each.to);
    draw_stroke(coverage, {from, control, end}, hand.pen_radius);
    before = &each;
  }
  for (std::size_t i = 0; i < coverage.size(); ++i) {
    const double value = coverage[i] * hand.ink + random.uniform(-hand.noise, hand.noise);
    pixels[i] = static_cast<float>(std::floor(std::clamp(value + 0.5, 0.0, 255.0)));
  }
}

}  // namespace

std::vector<parameter> glyphs::declared() {
  return {{.name = "samples",
           .kind = value_kind::integer,
           .fallback = value{10'000},
           .summary = "how many digits are drawn",
           .least = 10,
           .most = 1'000'000},
          {.name = "glyphs_seed",
           .kind = value_kind::integer,
           .fallback = value{0},
           .summary = "which digits are drawn; not moved by scenario.seed",
           .least = 0}};
}

result<glyphs> glyphs::make(const parameters& given) {
  return glyphs{given.integer("samples"), static_cast<std::uint64_t>(given.integer("glyphs_seed"))};
}

result<loaded_data> glyphs::load() const {
  dataset drawn{.name = std::string{name},
                .shape = {1, side, side},
                .count = samples_,
                .classes = digits,
                .images = true};
  const index size = drawn.shape.size();
  drawn.features.resize(static_cast<std::size_t>(samples_ * size));
  drawn.labels.reserve(static_cast<std::size_t>(samples_));
  for (index sample = 0; sample < samples_; ++sample) {
    random_stream random{seed_, "glyphs", static_cast<std::uint64_t>(sample)};
    drawn.labels.push_back(static_cast<std::int32_t>(sample % digits));
    draw_digit(sample % digits, random,
               std::span{drawn.features}.subspan(static_cast<std::size_t>(sample * size),
                                                 static_cast<std::size_t>(size)));
  }
  return loaded_data{std::move(drawn), std::nullopt};
}

}  // namespace echelon::learning
